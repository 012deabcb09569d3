// billing: a classic group on orders.v1 and payments. Two members stay; a third comes and goes, and each time the group
// rebalances.
import type { Actor, ActorContext } from '../actor.ts';
import { ClassicMember } from '../classic-member.ts';
import { javaClient39 } from '../client-profile.ts';
import type { Pace } from '../pace.ts';

const groupId = 'billing';
const topicNames = ['orders.v1', 'payments'] as const;
const maxWaitMs = 300;
const pauseMs = 20;
const beatMs = 700;
const commitMs = 1_500;
/** How long the visiting member stays and stays away. */
const visit = { stayMsMin: 4_000, stayMsMax: 9_000, awayMsMin: 3_000, awayMsMax: 8_000 } as const;

export const billingGroup: readonly Actor[] = [
  { name: 'billing-1', profile: javaClient39('billing'), run: stay },
  { name: 'billing-2', profile: javaClient39('billing'), run: stay },
  { name: 'billing-3', profile: javaClient39('billing'), run: visitNowAndThen },
];

async function stay({ client, pace }: ActorContext): Promise<void> {
  const member = new ClassicMember(client, groupId, topicNames);
  await member.join();
  await consume(member, pace, Number.POSITIVE_INFINITY);
  await member.leave();
}

async function visitNowAndThen({ client, random, pace }: ActorContext): Promise<void> {
  await pace.wait(visit.awayMsMin);
  while (!pace.stopped) {
    const member = new ClassicMember(client, groupId, topicNames);
    await member.join();
    await consume(member, pace, Date.now() + random.between(visit.stayMsMin, visit.stayMsMax));
    await member.leave();
    await pace.wait(random.between(visit.awayMsMin, visit.awayMsMax));
  }
}

async function consume(member: ClassicMember, pace: Pace, untilMs: number): Promise<void> {
  let beatAtMs = 0;
  let commitAtMs = Date.now() + commitMs;
  while (!pace.stopped && Date.now() < untilMs) {
    let settled = true;
    if (Date.now() >= beatAtMs) {
      settled = await member.beat();
      beatAtMs = Date.now() + beatMs;
    }
    if (settled && Date.now() >= commitAtMs) {
      settled = await member.commit();
      commitAtMs = Date.now() + commitMs;
    }
    if (!settled) {
      await member.join();
      continue;
    }
    await member.poll(maxWaitMs);
    await pace.pause(pauseMs);
  }
}
