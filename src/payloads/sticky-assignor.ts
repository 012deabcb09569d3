import type { MessageTable } from '../protocol/table.ts';
import { assignorOf } from './member-bytes.ts';
import type { PayloadReader } from './payload-reader.ts';
import { type PlanHabits, writePlan } from './plan-spans.ts';
import { planOrNewest } from './tables.ts';

/** What the sticky assignor remembers: without version, and the generation only since Kafka 2.3 (KAFKA-8383). */
const stickyTable: MessageTable = {
  name: 'StickyAssignorUserData',
  versions: '0',
  flexible: 'none',
  removed: 'none',
  fields: `
previousAssignment []TopicAssignment 0+
  topic string 0+
  partitions []int32 0+
generation int32 0+
`,
};

/** Java's cooperative assignor keeps the generation alone: the owned partitions are in the subscription. */
const cooperativeTable: MessageTable = {
  name: 'CooperativeStickyAssignorUserData',
  versions: '0',
  flexible: 'none',
  removed: 'none',
  fields: `
generation int32 0+
`,
};

const cooperativeBytes = 4;
const habits: PlanHabits = { mayEndEarly: true };

/** User data in the subscription of a member with a sticky assignor. */
export const stickyUserData: PayloadReader = {
  name: 'sticky assignor data',
  matches(place) {
    if (place.owner !== 'ConsumerProtocolSubscription' || place.field !== 'userData') return false;
    const assignor = assignorOf(place);
    return assignor === 'sticky' || assignor === 'cooperative-sticky';
  },
  read(writer, place, payloads) {
    // librdkafka writes the same for both assignors.
    const short = assignorOf(place) === 'cooperative-sticky' && writer.reader.remaining === cooperativeBytes;
    writePlan(writer, planOrNewest(short ? cooperativeTable : stickyTable, 0), place, payloads, habits);
    return null;
  },
};
