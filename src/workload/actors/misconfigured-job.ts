// nightly-report: a job with a wrong topic name. It writes to a topic nobody made and asks for Metadata in between, so
// that bursts of UNKNOWN_TOPIC_OR_PARTITION come and go.
import { intField, structsField } from '../../protocol/struct-fields.ts';
import { encodeRecordBatch } from '../../records/encode-records.ts';
import type { Actor, ActorContext } from '../actor.ts';
import { ApiKey, librdkafkaClient } from '../client-profile.ts';
import { auditRecord } from '../order-records.ts';
import { Unplanned } from '../workload-error.ts';

const topicName = 'report.dayly';
const burstPauseMs = 60;
const quietMs = 5_000;
const unknownTopicOrPartition = 3;
const timeoutMs = 10_000;

export const misconfiguredJob: Actor = { name: 'nightly-report', profile: librdkafkaClient('nightly-report'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  await client.refresh([topicName]);
  while (!pace.stopped) {
    for (let burst = random.between(4, 10); burst > 0 && !pace.stopped; burst -= 1) {
      const records = encodeRecordBatch({ baseOffset: 0n, codec: 'none', records: [auditRecord(random, Date.now())] });
      const nodeId = client.nodeIds[random.between(0, client.nodeIds.length - 1)] ?? 1;
      const answer = await client.request(nodeId, ApiKey.produce, {
        transactionalId: null,
        acks: 1,
        timeoutMs,
        topicData: [{ name: topicName, partitionData: [{ index: 0, records }] }],
      });
      const topic = structsField(answer, 'responses')[0] ?? {};
      const errorCode = intField(structsField(topic, 'partitionResponses')[0] ?? {}, 'errorCode', 0);
      if (errorCode !== unknownTopicOrPartition) throw new Unplanned(`Produce answered error ${errorCode}, not 3`);
      await client.refresh([topicName]);
      await pace.pause(burstPauseMs);
    }
    await pace.pause(quietMs);
  }
}
