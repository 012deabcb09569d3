import { textAt, uuidAt } from '../wire/reader.ts';
import { responseLayoutVersion } from './decode.ts';
import { FieldKind } from './field-kind.ts';
import type { MessageType } from './message.ts';
import { planFor } from './plan.ts';
import { Fast, Pick, Step, type WalkStep, type WalkStruct, walkPlanOf } from './walk-plan.ts';

/** Most topics one exchange lists by name; more are only counted. */
export const topicsPerExchangeMax = 16;

/** Most spans of records one walk lists; a message with more partitions than this carries the rest unlisted. */
export const recordSpansMax = 16_384;

const stringBytesMax = 32_767;
const taggedFieldBytesMin = 2;
const noNames: readonly string[] = [];

/** What a walk found. One object is used for many walks; each walk resets it, so copy what must outlive the next. */
export class WalkFacts {
  ok = false;
  /** Whether the bytes end early or contradict the schema; '' while `ok`. */
  failReason: '' | 'truncated' | 'malformed' | 'no-plan' = '';
  failOffset = 0;
  failDetail = '';
  /** Offset after the body; bytes beyond it are trailing. */
  endOffset = 0;
  /** -1 when the message has no such field. */
  throttleTimeMs = -1;
  /** Error code fields that are not zero. */
  errorCount = 0;
  firstErrorCode = 0;
  /** Distinct topic names, at most `topicsPerExchangeMax`. */
  topics: string[] = [];
  /** Distinct topic ids in Kafka's rendering, at most `topicsPerExchangeMax`, without the zero id. */
  topicIds: string[] = [];
  /** Topics the message names or identifies; beyond the listed ones a repeated topic counts again. */
  topicCount = 0;
  groupId: string | null = null;
  transactionalId: string | null = null;
  /** Start and end of every records field that is not null, in pairs. */
  recordSpans: number[] = [];
  /** Records fields beyond `recordSpansMax`, found and not listed. */
  recordSpansOmitted = 0;
  topLevelNames: readonly string[] = noNames;
  readonly topLevelValues: number[] = [];
  nameCount = 0;
  idCount = 0;

  /** The value of a top-level int8, int16 or int32 field (`acks`, `maxWaitMs`); null when this version has none. */
  topLevel(name: string): number | null {
    const slot = this.topLevelNames.indexOf(name);
    return slot < 0 ? null : (this.topLevelValues[slot] ?? null);
  }

  /** Forgets the last walk. */
  reset(): void {
    this.ok = false;
    this.failReason = '';
    this.failOffset = 0;
    this.failDetail = '';
    this.endOffset = 0;
    this.throttleTimeMs = -1;
    this.errorCount = 0;
    this.firstErrorCode = 0;
    // Emptied in place only when used: what a reader took over must not be emptied under its hands.
    if (this.topics.length > 0) this.topics = [];
    if (this.topicIds.length > 0) this.topicIds = [];
    if (this.recordSpans.length > 0) this.recordSpans = [];
    this.topicCount = 0;
    this.groupId = null;
    this.transactionalId = null;
    this.recordSpansOmitted = 0;
    this.topLevelNames = noNames;
    this.topLevelValues.length = 0;
    this.nameCount = 0;
    this.idCount = 0;
  }
}

const noBytes = new Uint8Array(0);

/**
 * Steps over a message without making objects. One instance serves all walks: a walk runs to its end before the next
 * begins. `at` becomes -1 at the first failure, which every loop checks.
 */
class Walker {
  bytes: Uint8Array = noBytes;
  at = 0;
  end = 0;
  facts: WalkFacts = new WalkFacts();

  fail(reason: 'truncated' | 'malformed', offset: number, detail: string): void {
    if (this.at < 0) return;
    this.at = -1;
    this.facts.failReason = reason;
    this.facts.failOffset = offset;
    this.facts.failDetail = detail;
  }

  /**
   * The loop all walks spend their time in. Frequent shapes are stepped over here with the offset in a local; whatever
   * is rare, long or wrong takes the general road through `step`, which alone decides about failures.
   */
  structs(struct: WalkStruct, count: number): void {
    const { program, flexible } = struct;
    const { bytes, end, facts } = this;
    let at = this.at;
    for (let element = 0; element < count; element += 1) {
      for (let index = 0; index < program.length; index += 2) {
        const size = program[index + 1] ?? 0;
        // Every fast step but a run begins with one byte: a count, a length, or the first of two zeros.
        const first = at < end ? (bytes[at] ?? 0) : 0x80;
        let next = -1;
        switch (program[index]) {
          case Fast.Run:
            next = at + size;
            break;
          case Fast.ErrorCode:
            if (first === 0 && at + 1 < end && bytes[at + 1] === 0) next = at + 2 + size;
            break;
          case Fast.Scalars:
            if (first > 0 && first < 0x80) next = at + 1 + (first - 1) * size;
            break;
          case Fast.TopicName:
            if (first > 0 && first < 0x80 && facts.topics.length >= topicsPerExchangeMax) {
              next = at + first;
              if (next <= end) facts.nameCount += 1;
            }
            break;
          default:
        }
        if (next >= 0 && next <= end) {
          at = next;
          continue;
        }
        this.at = at;
        this.stepAt(struct, index >> 1);
        at = this.at;
        if (at < 0) return;
      }
      if (!flexible) continue;
      // One zero byte is by far the most frequent tag section.
      if (at < end && bytes[at] === 0) {
        at += 1;
        continue;
      }
      this.at = at;
      this.taggedFields(struct);
      at = this.at;
      if (at < 0) return;
    }
    this.at = at;
  }

  /** The general road for one step; an error code and the run that follows it are two fields, so two steps. */
  stepAt(struct: WalkStruct, index: number): void {
    const step = struct.steps[index];
    if (step === undefined) return;
    this.step(step);
    if (step.runAfter > 0 && this.at >= 0) this.skip(step.runAfter);
  }

  step(step: WalkStep): void {
    switch (step.step) {
      case Step.Run:
        this.skip(step.bytes);
        break;
      case Step.Picked:
        this.picked(step);
        break;
      case Step.Short:
        this.text(step);
        break;
      case Step.Structs:
        this.array(step);
        break;
      case Step.Scalars:
        this.scalars(step);
        break;
      case Step.Strings:
        this.strings(step);
        break;
      case Step.Wide:
        this.wide(step);
        break;
      case Step.Records:
        this.records(step);
        break;
      default:
        this.nestedStruct(step);
    }
  }

  skip(count: number): void {
    if (count > this.end - this.at)
      this.fail('truncated', this.at, `needs ${count} bytes, ${this.end - this.at} are left`);
    else this.at += count;
  }

  /** Same rules as `Reader.uvarint`: at most five bytes, at most 31 bits. */
  uvarint(): number {
    const start = this.at;
    const first = this.bytes[start] ?? 0;
    if (start < this.end && first < 0x80) {
      this.at = start + 1;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (this.at >= this.end) {
        this.fail('truncated', start, 'the varint is cut off');
        return 0;
      }
      const byte = this.bytes[this.at] ?? 0;
      value |= (byte & 0x7f) << shift;
      this.at += 1;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x07) break;
        return value;
      }
    }
    this.fail('malformed', start, 'the varint does not fit 31 bits');
    return 0;
  }

  /** A length of any field; -1 for a legal null, -2 after a failure. */
  length(step: WalkStep, wide: boolean): number {
    const start = this.at;
    let length: number;
    if (step.compact) {
      length = this.uvarint() - 1;
    } else {
      this.skip(wide ? 4 : 2);
      length = this.at < 0 ? -1 : wide ? this.int32(start) : this.int16(start);
    }
    if (this.at < 0) return -2;
    if (length >= 0) return length;
    if (step.nullable) return -1;
    this.fail('malformed', start, 'null, where the schema allows no null');
    return -2;
  }

  int16(at: number): number {
    return (((this.bytes[at] ?? 0) << 24) >> 16) | (this.bytes[at + 1] ?? 0);
  }

  int32(at: number): number {
    const bytes = this.bytes;
    return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }

  text(step: WalkStep): void {
    const start = this.at;
    const length = this.length(step, false);
    if (length >= 0) this.textOf(step, start, length);
  }

  textOf(step: WalkStep, start: number, length: number): void {
    if (length > stringBytesMax) {
      this.fail('malformed', start, `a string of ${length} bytes; Kafka reads at most ${stringBytesMax}`);
      return;
    }
    const from = this.at;
    this.skip(length);
    if (step.pick !== Pick.None && this.at >= 0) this.pickText(step.pick, from, this.at);
  }

  pickText(pick: number, start: number, end: number): void {
    const facts = this.facts;
    if (pick === Pick.TopicName) this.pickTopic(start, end);
    else if (pick === Pick.GroupId) facts.groupId ??= textAt(this.bytes, start, end);
    else if (pick === Pick.TransactionalId) facts.transactionalId ??= textAt(this.bytes, start, end);
  }

  pickTopic(start: number, end: number): void {
    const facts = this.facts;
    if (facts.topics.length >= topicsPerExchangeMax) {
      facts.nameCount += 1;
      return;
    }
    const name = textAt(this.bytes, start, end);
    if (facts.topics.includes(name)) return;
    facts.topics.push(name);
    facts.nameCount += 1;
  }

  pickTopicId(at: number): void {
    const facts = this.facts;
    if (this.int32(at) === 0 && this.int32(at + 4) === 0 && this.int32(at + 8) === 0 && this.int32(at + 12) === 0)
      return;
    if (facts.topicIds.length >= topicsPerExchangeMax) {
      facts.idCount += 1;
      return;
    }
    const id = uuidAt(this.bytes, at);
    if (facts.topicIds.includes(id)) return;
    facts.topicIds.push(id);
    facts.idCount += 1;
  }

  picked(step: WalkStep): void {
    const at = this.at;
    this.skip(step.bytes);
    if (this.at < 0) return;
    if (step.pick === Pick.TopicId) {
      this.pickTopicId(at);
      return;
    }
    const value = this.small(step.kind, at);
    if (step.slot >= 0) this.facts.topLevelValues[step.slot] = value;
    if (step.pick === Pick.Throttle) this.facts.throttleTimeMs = value;
    else if (step.pick === Pick.ErrorCode && value !== 0) this.pickError(value);
  }

  small(kind: number, at: number): number {
    if (kind === FieldKind.Int16) return this.int16(at);
    return kind === FieldKind.Int8 ? ((this.bytes[at] ?? 0) << 24) >> 24 : this.int32(at);
  }

  pickError(code: number): void {
    if (this.facts.errorCount === 0) this.facts.firstErrorCode = code;
    this.facts.errorCount += 1;
  }

  wide(step: WalkStep): void {
    const length = this.length(step, true);
    if (length > 0) this.skip(length);
  }

  records(step: WalkStep): void {
    const length = this.length(step, true);
    if (length < 0) return;
    const start = this.at;
    this.skip(length);
    if (this.at < 0) return;
    const facts = this.facts;
    if (facts.recordSpans.length < recordSpansMax * 2) facts.recordSpans.push(start, this.at);
    else facts.recordSpansOmitted += 1;
  }

  /** The count of an array, checked against the bytes left; -1 for null, -2 after a failure. */
  count(step: WalkStep): number {
    const start = this.at;
    const count = this.length(step, true);
    if (count <= 0 || count * step.elementBytesMin <= this.end - this.at) return count;
    this.fail('truncated', start, `${count} elements cannot fit the ${this.end - this.at} bytes that are left`);
    return -2;
  }

  scalars(step: WalkStep): void {
    const count = this.count(step);
    if (count <= 0) return;
    const start = this.at;
    this.skip(count * step.bytes);
    if (this.at < 0 || step.pick === Pick.None) return;
    if (step.pick === Pick.TopicId) for (let at = start; at < this.at; at += 16) this.pickTopicId(at);
  }

  strings(step: WalkStep): void {
    const count = this.count(step);
    for (let index = 0; index < count && this.at >= 0; index += 1) this.element(step);
  }

  /** A string inside an array: never null, whatever the array is. */
  element(step: WalkStep): void {
    const start = this.at;
    let length: number;
    if (step.compact) length = this.uvarint() - 1;
    else {
      this.skip(2);
      length = this.at < 0 ? -1 : this.int16(start);
    }
    if (this.at < 0) return;
    if (length < 0 || length > stringBytesMax) {
      this.fail(
        'malformed',
        start,
        length < 0 ? 'null, where the schema allows no null' : `a string of ${length} bytes`,
      );
      return;
    }
    const from = this.at;
    this.skip(length);
    if (step.pick !== Pick.None && this.at >= 0) this.pickText(step.pick, from, this.at);
  }

  array(step: WalkStep): void {
    const count = this.count(step);
    const struct = step.struct;
    if (count <= 0 || struct === null) return;
    if (struct.fixedBytes >= 0) this.skip(count * struct.fixedBytes);
    else this.structs(struct, count);
  }

  nestedStruct(step: WalkStep): void {
    if (step.struct === null) return;
    if (step.nullable) {
      const marker = this.at;
      this.skip(1);
      if (this.at < 0 || (this.bytes[marker] ?? 0) >= 0x80) return;
    }
    this.structs(step.struct, 1);
  }

  taggedFields(struct: WalkStruct): void {
    const start = this.at;
    const count = this.uvarint();
    if (this.at >= 0 && count * taggedFieldBytesMin > this.end - this.at) {
      this.fail('truncated', start, `${count} tagged fields cannot fit the ${this.end - this.at} bytes that are left`);
    }
    for (let index = 0; index < count && this.at >= 0; index += 1) this.taggedField(struct);
  }

  taggedField(struct: WalkStruct): void {
    const start = this.at;
    const tag = this.uvarint();
    if (this.at < 0) return;
    const size = this.uvarint();
    if (this.at < 0) return;
    if (size > this.end - this.at) {
      this.fail('truncated', start, `tag ${tag} announces ${size} bytes, ${this.end - this.at} are left`);
      return;
    }
    const from = this.at;
    for (let index = 0; index < struct.tagged.length; index += 1) {
      const step = struct.tagged[index];
      if (step?.tag !== tag) continue;
      this.step(step);
      const taken = this.at - from;
      if (this.at >= 0 && taken !== size) {
        this.fail('malformed', start, `tag ${tag} announces ${size} bytes, its value takes ${taken}`);
      }
      return;
    }
    this.at += size;
  }
}

const walker = new Walker();

function finish(facts: WalkFacts): boolean {
  facts.ok = walker.at >= 0;
  facts.endOffset = facts.ok ? walker.at : facts.failOffset;
  facts.topicCount = Math.max(facts.nameCount, facts.idCount);
  // The payload is its owner's; holding on to it here would keep a read buffer alive.
  walker.bytes = noBytes;
  return facts.ok;
}

/**
 * Validates a message and takes the facts that lists and metrics live on, in microseconds and without objects. False
 * when there is no plan for it (`failReason` `no-plan`) or its bytes are bad (`failOffset`). Accepts exactly what decode
 * accepts.
 */
export function walkMessage(
  payload: Uint8Array,
  type: MessageType,
  apiKey: number,
  apiVersion: number,
  facts: WalkFacts,
): boolean {
  facts.reset();
  const version = type === 'response' ? responseLayoutVersion(payload, apiKey, apiVersion) : apiVersion;
  const plan = planFor(apiKey, type, version);
  if (plan === null) {
    facts.failReason = 'no-plan';
    facts.failDetail = `no schema has version ${version} of API key ${apiKey}`;
    return false;
  }
  const steps = walkPlanOf(plan);
  facts.topLevelNames = steps.topLevelNames;
  walker.bytes = payload;
  walker.at = 0;
  walker.end = payload.length;
  walker.facts = facts;
  walker.structs(steps.header, 1);
  if (walker.at >= 0) walker.structs(steps.body, 1);
  return finish(facts);
}
