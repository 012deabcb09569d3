// legacy-etl: a client of 2016. No ApiVersions, Produce v2 with message sets of magic 1, Fetch v3, commits without
// being a member: what Kafka 4 has removed (KIP-896).
import type { Actor, ActorContext } from '../actor.ts';
import { BatchProducer } from '../batch-producer.ts';
import { legacyClient } from '../client-profile.ts';
import { commitPositions, committedPositions } from '../committed-offsets.ts';
import { auditRecord } from '../order-records.ts';
import { PartitionReader } from '../partition-reader.ts';

const topicName = 'audit-log';
const pauseMs = 40;
const maxWaitMs = 100;
const roundsPerCommit = 8;
const committer = { groupId: 'legacy-etl', memberId: '', generationIdOrMemberEpoch: -1 } as const;

export const legacyEtl: Actor = { name: 'legacy-etl', profile: legacyClient('legacy-etl'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  const producer = new BatchProducer(client, { acks: 1, idempotent: false });
  const reader = new PartitionReader(client);
  await client.refresh([topicName]);
  reader.assign(await committedPositions(client, reader, committer, [{ topicName, partition: 0 }]));
  for (let round = 1; !pace.stopped; round += 1) {
    const records = Array.from({ length: random.between(1, 5) }, () => auditRecord(random, Date.now()));
    await producer.send(topicName, 0, records.length > 3 ? 'gzip' : 'none', records);
    await reader.poll(maxWaitMs);
    if (round % roundsPerCommit === 0) await commitPositions(client, committer, reader.positions);
    await pace.pause(pauseMs);
  }
}
