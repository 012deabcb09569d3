// audit-agent: one tiny uncompressed record at a time to audit-log, a third of them with acks=0, which nobody answers.
import type { Actor, ActorContext } from '../actor.ts';
import { BatchProducer } from '../batch-producer.ts';
import { librdkafkaClient } from '../client-profile.ts';
import { auditRecord } from '../order-records.ts';

const topicName = 'audit-log';
const pauseMs = 30;

export const auditAgent: Actor = { name: 'audit-agent', profile: librdkafkaClient('audit-agent'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  const answered = new BatchProducer(client, { acks: 1, idempotent: false });
  const unanswered = new BatchProducer(client, { acks: 0, idempotent: false });
  while (!pace.stopped) {
    const producer = random.next() < 0.33 ? unanswered : answered;
    await producer.send(topicName, 0, 'none', [auditRecord(random, Date.now())]);
    await pace.pause(pauseMs);
  }
}
