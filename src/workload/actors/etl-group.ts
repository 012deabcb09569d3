// etl: a KIP-848 group on clicks.raw and audit-log; one member stays, another restarts now and then.
import type { Actor, ActorContext } from '../actor.ts';
import { javaClient43 } from '../client-profile.ts';
import { ConsumerMember } from '../consumer-member.ts';

const groupId = 'etl';
const topicNames = ['clicks.raw', 'audit-log'] as const;
const maxWaitMs = 250;
const pauseMs = 20;
const beatMs = 500;
const commitMs = 1_500;

export const etlGroup: readonly Actor[] = [
  { name: 'etl-1', profile: javaClient43('etl'), run: (context) => run(context, null) },
  { name: 'etl-2', profile: javaClient43('etl'), run: (context) => run(context, { minMs: 6_000, maxMs: 14_000 }) },
];

async function run(
  { client, random, pace }: ActorContext,
  life: { readonly minMs: number; readonly maxMs: number } | null,
): Promise<void> {
  while (!pace.stopped) {
    const member = new ConsumerMember(client, groupId, topicNames, memberIdFrom(random.between(0, 0x7fffffff)));
    const untilMs = life === null ? Number.POSITIVE_INFINITY : Date.now() + random.between(life.minMs, life.maxMs);
    let beatAtMs = 0;
    let commitAtMs = Date.now() + commitMs;
    while (!pace.stopped && Date.now() < untilMs) {
      if (Date.now() >= beatAtMs) {
        await member.beat();
        beatAtMs = Date.now() + beatMs;
      }
      if (Date.now() >= commitAtMs) {
        await member.commit();
        commitAtMs = Date.now() + commitMs;
      }
      await member.poll(maxWaitMs);
      await pace.pause(pauseMs);
    }
    await member.leave();
    await pace.pause(beatMs);
  }
}

/** A 22-character base64url id with the number in its first bytes. */
function memberIdFrom(number: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(number, 0);
  return bytes.toString('base64url');
}
