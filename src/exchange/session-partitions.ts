import type { MessageType } from '../protocol/message.ts';
import { type MessagePlan, planFor } from '../protocol/plan.ts';
import { Pick, Step, type WalkStep, type WalkStruct, walkPlanOf } from '../protocol/walk-plan.ts';
import { textAt, uuidAt } from '../wire/reader.ts';
import { nameCharactersMax, partitionsPerSessionMax } from './limits.ts';

const noBytes = new Uint8Array(0);

/** Topics and partitions in the order of the message: partition `i` belongs to `topics[slots[i]]`. */
export class PartitionList {
  /** Names, or 22-character ids where the version has those. */
  readonly topics: string[] = [];
  topicCount = 0;
  /** How many partitions there are; what stands behind them, and behind the topics, is of an earlier message. */
  count = 0;
  readonly slots = new Int32Array(partitionsPerSessionMax);
  readonly partitions = new Int32Array(partitionsPerSessionMax);
  /** Partitions beyond `partitionsPerSessionMax`. */
  omitted = 0;
  #full = false;

  clear(): void {
    this.topicCount = 0;
    this.#full = false;
    this.count = 0;
    this.omitted = 0;
  }

  addTopic(topic: string): void {
    this.#full = this.topicCount >= partitionsPerSessionMax;
    if (this.#full) return;
    this.topics[this.topicCount] = topic;
    this.topicCount += 1;
  }

  add(partition: number): void {
    const { count } = this;
    if (this.#full || count >= partitionsPerSessionMax) {
      this.omitted += 1;
      return;
    }
    this.slots[count] = this.topicCount - 1;
    this.partitions[count] = partition;
    this.count = count + 1;
  }
}

/** What of a message has to be stepped through: the fields between the first and the last one of interest. */
interface Layout {
  readonly header: WalkStruct;
  /** Bytes of the fixed fields before them. */
  readonly prefixBytes: number;
  readonly steps: readonly WalkStep[];
}

const fieldsOfInterest: readonly string[] = ['topics', 'responses', 'forgottenTopicsData', 'memberId'];
const layouts = new WeakMap<MessagePlan, Layout>();

function layoutOf(plan: MessagePlan): Layout {
  const known = layouts.get(plan);
  if (known !== undefined) return known;
  const { header, body } = walkPlanOf(plan);
  let first = 0;
  let prefixBytes = 0;
  for (const step of body.steps) {
    if (step.step !== Step.Run && step.step !== Step.Picked) break;
    prefixBytes += step.bytes + step.runAfter;
    first += 1;
  }
  const last = body.steps.findLastIndex((step) => fieldsOfInterest.includes(step.name));
  const layout = { header, prefixBytes, steps: body.steps.slice(first, last + 1) };
  layouts.set(plan, layout);
  return layout;
}

/** Bytes of the untagged fields of a struct when they are always as many; else -1. */
function strideOf(struct: WalkStruct): number {
  const first = struct.steps[0];
  return struct.steps.length === 1 && first?.step === Step.Run ? first.bytes : -1;
}

/**
 * Reads which partitions a Fetch or ShareFetch message lists, along the same steps as the walk and without decoding
 * the rest. Meant for messages that were walked, which proves that every length and count fits; other bytes give
 * nonsense, but end with the last byte.
 */
export class SessionPartitions {
  /** What a request asks for, or a response answers. */
  readonly listed = new PartitionList();
  /** What a request takes out of its session. */
  readonly forgotten = new PartitionList();
  /** Member of a share group. */
  memberId = '';
  /** True when topics are identified by id (Fetch 13+, ShareFetch). */
  byId = false;
  #bytes: Uint8Array = noBytes;
  #at = 0;

  /** Reads one message; what the last one listed is gone. */
  read(payload: Uint8Array, type: MessageType, apiKey: number, apiVersion: number): void {
    this.listed.clear();
    this.forgotten.clear();
    this.memberId = '';
    this.byId = false;
    const plan = planFor(apiKey, type, apiVersion);
    if (plan === null) return;
    const { header, prefixBytes, steps } = layoutOf(plan);
    this.#bytes = payload;
    this.#at = 0;
    this.#skipStructs(header, 1);
    this.#at += prefixBytes;
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index];
      if (step !== undefined) this.#bodyStep(step);
    }
    this.#bytes = noBytes;
  }

  #bodyStep(step: WalkStep): void {
    const { name, struct } = step;
    const structs = step.step === Step.Structs && struct !== null;
    if (structs && (name === 'topics' || name === 'responses')) this.#topics(step, struct, this.listed);
    else if (structs && name === 'forgottenTopicsData') this.#topics(step, struct, this.forgotten);
    else if (step.step === Step.Short && name === 'memberId') this.memberId = this.#text(step);
    else this.#skip(step);
  }

  #text(step: WalkStep): string {
    const length = Math.max(0, this.#length(step, false));
    const start = this.#at;
    this.#at += length;
    return textAt(this.#bytes, start, start + Math.min(length, nameCharactersMax));
  }

  #topics(step: WalkStep, struct: WalkStruct, into: PartitionList): void {
    const count = this.#length(step, true);
    for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1) {
      for (const inner of struct.steps) this.#topicStep(inner, into);
      if (struct.flexible) this.#skipTags();
    }
  }

  #topicStep(step: WalkStep, into: PartitionList): void {
    if (step.step === Step.Picked && step.pick === Pick.TopicId) {
      this.byId = true;
      into.addTopic(uuidAt(this.#bytes, this.#at));
      this.#at += step.bytes;
    } else if (step.step === Step.Short && step.pick === Pick.TopicName) {
      into.addTopic(this.#text(step));
    } else if (step.name === 'partitions') this.#partitions(step, into);
    else this.#skip(step);
  }

  /** In every version a partition's number is its first field, and a topic stands before its partitions. */
  #partitions(step: WalkStep, into: PartitionList): void {
    const count = this.#length(step, true);
    const struct = step.struct;
    if (struct === null) {
      for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1, this.#at += step.bytes) {
        into.add(this.#int32(this.#at));
      }
      return;
    }
    const stride = strideOf(struct);
    if (stride >= 0) this.#strides(count, stride, struct.flexible, into);
    else {
      for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1) {
        into.add(this.#int32(this.#at));
        this.#skipStructs(struct, 1);
      }
    }
  }

  /** Partitions of one size each, which is how a Fetch request has them: the loop that runs for every fetch. */
  #strides(count: number, stride: number, flexible: boolean, into: PartitionList): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < count && at < bytes.length; index += 1) {
      into.add(this.#int32(at));
      at += stride;
      if (!flexible) continue;
      // One zero byte is nearly always the whole section of tags.
      if (bytes[at] === 0) at += 1;
      else {
        this.#at = at;
        this.#skipTags();
        at = this.#at;
      }
    }
    this.#at = at;
  }

  #int32(at: number): number {
    const bytes = this.#bytes;
    return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }

  #uvarint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  /** A length or count; -1 for null. */
  #length(step: WalkStep, wide: boolean): number {
    if (step.compact) return this.#uvarint() - 1;
    const at = this.#at;
    this.#at += wide ? 4 : 2;
    return wide ? this.#int32(at) : this.#int32(at) >> 16;
  }

  /** Takes the count as a value: `+=` would read the position before the count moves it. */
  #advance(count: number, bytes: number): void {
    if (count > 0) this.#at += count * bytes;
  }

  #skip(step: WalkStep): void {
    switch (step.step) {
      case Step.Run:
      case Step.Picked:
        this.#at += step.bytes;
        break;
      case Step.Short:
        this.#advance(this.#length(step, false), 1);
        break;
      case Step.Wide:
      case Step.Records:
        this.#advance(this.#length(step, true), 1);
        break;
      case Step.Scalars:
        this.#advance(this.#length(step, true), step.bytes);
        break;
      case Step.Strings:
        this.#skipStrings(step);
        break;
      case Step.Structs:
        if (step.struct !== null) this.#skipStructs(step.struct, this.#length(step, true));
        break;
      default:
        this.#skipStruct(step);
    }
    this.#at += step.runAfter;
  }

  #skipStrings(step: WalkStep): void {
    const count = this.#length(step, true);
    for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1) {
      this.#advance(this.#length(step, false), 1);
    }
  }

  #skipStruct(step: WalkStep): void {
    if (step.struct === null) return;
    if (step.nullable) {
      this.#at += 1;
      if ((this.#bytes[this.#at - 1] ?? 0) >= 0x80) return;
    }
    this.#skipStructs(step.struct, 1);
  }

  #skipStructs(struct: WalkStruct, count: number): void {
    if (struct.fixedBytes >= 0) {
      this.#at += Math.max(0, count) * struct.fixedBytes;
      return;
    }
    for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1) {
      for (const step of struct.steps) this.#skip(step);
      if (struct.flexible) this.#skipTags();
    }
  }

  #skipTags(): void {
    const count = this.#uvarint();
    for (let index = 0; index < count && this.#at < this.#bytes.length; index += 1) {
      this.#uvarint();
      this.#advance(this.#uvarint(), 1);
    }
  }
}
