import { type MessagePlan, stringBytesMax, taggedFieldBytesMin } from './plan.ts';
import { WalkCursor } from './walk-cursor.ts';
import { topicsPerExchangeMax, type WalkFacts } from './walk-facts.ts';
import { Fast, Pick, Step, type WalkStep, type WalkStruct, walkPlanOf } from './walk-plan.ts';

/** Steps over a message without making objects. One instance serves all walks: a walk runs to its end before the next begins. */
class Walker extends WalkCursor {
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

  text(step: WalkStep): void {
    const start = this.at;
    const length = this.length(step.compact, step.nullable, false);
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
    if (pick === Pick.TopicName) this.facts.addTopic(this.bytes, start, end);
    else if (pick === Pick.GroupId) this.facts.addGroup(this.bytes, start, end);
    else if (pick === Pick.TransactionalId) this.facts.addTransaction(this.bytes, start, end);
  }

  picked(step: WalkStep): void {
    const at = this.at;
    this.skip(step.bytes);
    if (this.at < 0) return;
    if (step.pick === Pick.TopicId) {
      this.facts.addTopicId(this.bytes, at);
      return;
    }
    const value = this.small(step.kind, at);
    if (step.slot >= 0) {
      this.facts.topLevelValues[step.slot] = value;
      this.facts.topLevelCount = step.slot + 1;
    }
    if (step.pick === Pick.Throttle) this.facts.throttleTimeMs = value;
    else if (step.pick === Pick.ErrorCode && value !== 0) this.facts.addError(value);
  }

  wide(step: WalkStep): void {
    const length = this.length(step.compact, step.nullable, true);
    if (length > 0) this.skip(length);
  }

  records(step: WalkStep): void {
    const length = this.length(step.compact, step.nullable, true);
    if (length < 0) return;
    const start = this.at;
    this.skip(length);
    if (this.at < 0) return;
    this.facts.addRecords(start, this.at);
  }

  /** The count of an array, checked against the bytes left; -1 for null, -2 after a failure. */
  count(step: WalkStep): number {
    const start = this.at;
    const count = this.length(step.compact, step.nullable, true);
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
    if (step.pick === Pick.TopicId) for (let at = start; at < this.at; at += 16) this.facts.addTopicId(this.bytes, at);
  }

  strings(step: WalkStep): void {
    const count = this.count(step);
    for (let index = 0; index < count && this.at >= 0; index += 1) this.element(step);
  }

  /** A string inside an array: never null, whatever the array is. */
  element(step: WalkStep): void {
    const start = this.at;
    const length = this.length(step.compact, false, false);
    if (length >= 0) this.textOf(step, start, length);
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
  walker.release();
  return facts.ok;
}

/** The walk that is always there and knows every failure: what the compiled form is measured by. */
export function interpretWalk(payload: Uint8Array, plan: MessagePlan, facts: WalkFacts): boolean {
  const steps = walkPlanOf(plan);
  facts.topLevelNames = steps.topLevelNames;
  walker.begin(payload, facts);
  walker.structs(steps.header, 1);
  if (walker.at >= 0) walker.structs(steps.body, 1);
  return finish(facts);
}
