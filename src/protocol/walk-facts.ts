import { textAt, uuidAt } from '../wire/reader.ts';

/** Most topics one exchange lists by name; more are only counted. */
export const topicsPerExchangeMax = 16;

/** Most spans of records one walk lists; a message with more partitions than this carries the rest unlisted. */
export const recordSpansMax = 16_384;

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
  /** Values by slot; only the first `topLevelCount` are of this walk. */
  readonly topLevelValues: number[] = [];
  topLevelCount = 0;
  nameCount = 0;
  idCount = 0;

  /** The value of a top-level int8, int16 or int32 field (`acks`, `maxWaitMs`); null when this version has none. */
  topLevel(name: string): number | null {
    const slot = this.topLevelNames.indexOf(name);
    return slot < 0 || slot >= this.topLevelCount ? null : (this.topLevelValues[slot] ?? null);
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
    this.topLevelCount = 0;
    this.nameCount = 0;
    this.idCount = 0;
  }

  /** Counts an error code that is not zero. */
  addError(code: number): void {
    if (this.errorCount === 0) this.firstErrorCode = code;
    this.errorCount += 1;
  }

  /** Takes a topic's name from its bytes. */
  addTopic(bytes: Uint8Array, start: number, end: number): void {
    if (this.topics.length >= topicsPerExchangeMax) {
      this.nameCount += 1;
      return;
    }
    const name = textAt(bytes, start, end);
    if (this.topics.includes(name)) return;
    this.topics.push(name);
    this.nameCount += 1;
  }

  /** Takes a topic's id from its 16 bytes; the zero id says "none". */
  addTopicId(bytes: Uint8Array, at: number): void {
    if (isZeroId(bytes, at)) return;
    if (this.topicIds.length >= topicsPerExchangeMax) {
      this.idCount += 1;
      return;
    }
    const id = uuidAt(bytes, at);
    if (this.topicIds.includes(id)) return;
    this.topicIds.push(id);
    this.idCount += 1;
  }

  /** Takes the group of the message; the first one named counts. */
  addGroup(bytes: Uint8Array, start: number, end: number): void {
    this.groupId ??= textAt(bytes, start, end);
  }

  /** Takes the transactional id of the message; the first one named counts. */
  addTransaction(bytes: Uint8Array, start: number, end: number): void {
    this.transactionalId ??= textAt(bytes, start, end);
  }

  /** Lists where a records field lies. */
  addRecords(start: number, end: number): void {
    if (this.recordSpans.length < recordSpansMax * 2) this.recordSpans.push(start, end);
    else this.recordSpansOmitted += 1;
  }
}

function isZeroId(bytes: Uint8Array, at: number): boolean {
  for (let index = at; index < at + 16; index += 1) if (bytes[index] !== 0) return false;
  return true;
}
