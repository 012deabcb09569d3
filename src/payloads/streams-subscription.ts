import { subscriptionInfoData } from '../protocol/schema/records/streams-subscription.ts';
import { assignorOf } from './member-bytes.ts';
import type { PayloadReader } from './payload-reader.ts';
import { type PlanHabits, writePlan } from './plan-spans.ts';
import { recognise } from './recognise.ts';
import { planOrFail } from './tables.ts';

/** The assignor name of Kafka Streams in the consumer protocol. */
export const streamsAssignor = 'stream';

/** End point and tags are text in bytes. */
const habits: PlanHabits = {
  bytes: (_field, bytes) => {
    if (bytes.length === 0) return { value: undefined, note: 'empty' };
    const { text, note } = recognise(bytes);
    return { value: text, note };
  },
};

/** User data in the subscription of a Kafka Streams member (SubscriptionInfoData 1-11). */
export const streamsSubscription: PayloadReader = {
  name: 'Streams subscription',
  matches: (place) =>
    place.owner === 'ConsumerProtocolSubscription' &&
    place.field === 'userData' &&
    assignorOf(place) === streamsAssignor,
  read(writer, place, payloads) {
    const { reader } = writer;
    const start = reader.position;
    const version = reader.int32();
    if (reader.failed) return null;
    const plan = planOrFail(subscriptionInfoData, version, reader);
    if (plan === null) return null;
    // The version is a field of the table.
    reader.position = start;
    writePlan(writer, plan, place, payloads, habits);
    return `version ${version}`;
  },
};
