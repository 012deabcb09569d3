import { printJson } from '../protocol/json.ts';
import { jsonBase64At, jsonNumber, jsonTextAt } from '../protocol/json-text.ts';
import { type RecordBase, readAnyRecord } from './any-record.ts';
import { reusedRoom } from './codecs/output-room.ts';
import { decodeRecordBatchesAs } from './decode-records.ts';
import { findPlainHeader, findPlainRecord, type PlainRecord } from './plain-record.ts';
import { type KafkaRecord, type RecordBatchOf, sequenceAfter } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordBudget } from './record-limits.ts';
import type { RecordsForm } from './records-form.ts';
import { batchHeadToJson, type PayloadChoice, recordToJson } from './records-json.ts';

/**
 * Record batches as JSON text without objects on the way: a record becomes seven pieces of text where it took two
 * big integers, three views and six objects. What they print is what `batchesToJson` and `printJson` print.
 */

/** Bases beyond it are added as big integers: a delta may not leave the numbers that are exact. */
const exactBaseMax = 4e15;

function exactNumber(base: bigint): number {
  const value = Number(base);
  return Math.abs(value) <= exactBaseMax ? value : Number.NaN;
}

/** `{"bytes":n}` for small sizes, which all records share. */
const sizes: string[] = new Array<string>(4096).fill('');

function sizeText(bytes: number): string {
  if (bytes >= sizes.length) return `{"bytes":${bytes}}`;
  let text = sizes[bytes] ?? '';
  if (text === '') {
    text = `{"bytes":${bytes}}`;
    sizes[bytes] = text;
  }
  return text;
}

/** The form of records that are printed: a JSON array. */
class RecordsText implements RecordsForm<string> {
  readonly room = reusedRoom;
  readonly #payload: PayloadChoice;
  /** The end of the record printed last, which most records of a batch share, and what it was printed from. */
  #tail = '';
  #tailKeyBytes = 0;
  #tailValueBytes = 0;
  #tailHeaders = '';

  constructor(payload: PayloadChoice) {
    this.#payload = payload;
  }

  read(cursor: RecordCursor, count: number, base: RecordBase, budget: RecordBudget): string {
    const offsetBase = exactNumber(base.offset);
    const timeBase = exactNumber(base.timestamp);
    const appendTime = base.appendTimestamp === null ? null : base.appendTimestamp.toString();
    const isExact = !Number.isNaN(offsetBase) && !(appendTime === null && Number.isNaN(timeBase));
    let text = '[';
    for (let n = 0; n < count; n += 1) {
      if (n > 0) text += ',';
      const record = isExact ? findPlainRecord(cursor) : null;
      const headers = record === null ? null : this.#headers(cursor.bytes, record);
      if (record === null || headers === null || !budget.spendRecords(record.headerCount)) {
        text += this.#object(readAnyRecord(cursor, base, budget));
        continue;
      }
      cursor.at = record.end;
      const timestamp = appendTime ?? jsonNumber(timeBase + record.timestampDelta);
      text += `{"offset":${jsonNumber(offsetBase + record.offsetDelta)},"timestamp":${timestamp}`;
      if (base.sequence < 0) text += ',"sequence":-1';
      else text += `,"sequence":${sequenceAfter(base.sequence, record.offsetDelta)}`;
      text += this.#tailOf(cursor.bytes, record, headers);
    }
    return `${text}]`;
  }

  of(records: readonly KafkaRecord[]): string {
    let text = '[';
    for (const record of records) text += (text === '[' ? '' : ',') + this.#object(record);
    return `${text}]`;
  }

  #object(record: KafkaRecord): string {
    return printJson(recordToJson(record, this.#payload));
  }

  #tailOf(bytes: Uint8Array, record: PlainRecord, headers: string): string {
    const { keyAt, keyBytes, valueAt, valueBytes } = record;
    if (this.#payload === 'show') {
      const key = this.#bytes(bytes, keyAt, keyBytes);
      return `,"key":${key},"value":${this.#bytes(bytes, valueAt, valueBytes)},"headers":${headers}}`;
    }
    if (
      this.#tail === '' ||
      this.#tailKeyBytes !== keyBytes ||
      this.#tailValueBytes !== valueBytes ||
      this.#tailHeaders !== headers
    ) {
      const key = this.#bytes(bytes, keyAt, keyBytes);
      this.#tail = `,"key":${key},"value":${this.#bytes(bytes, valueAt, valueBytes)},"headers":${headers}}`;
      this.#tailKeyBytes = keyBytes;
      this.#tailValueBytes = valueBytes;
      this.#tailHeaders = headers;
    }
    return this.#tail;
  }

  #bytes(bytes: Uint8Array, at: number, count: number): string {
    if (count < 0) return 'null';
    return this.#payload === 'hide' ? sizeText(count) : jsonBase64At(bytes, at, at + count);
  }

  /** The headers of a record; null unless they look as nearly all do and end where the record ends. */
  #headers(bytes: Uint8Array, { headersAt, headerCount, end }: PlainRecord): string | null {
    if (headerCount === 0) return '[]';
    let text = '';
    let at = headersAt;
    for (let index = 0; index < headerCount; index += 1) {
      const header = findPlainHeader(bytes, at, end);
      if (header === null) return null;
      const { nameAt, nameBytes, valueAt, valueBytes } = header;
      at = header.end;
      const name = jsonTextAt(bytes, nameAt, nameAt + nameBytes);
      text += `${index === 0 ? '[[' : ',['}${name},${this.#bytes(bytes, valueAt, valueBytes)}]`;
    }
    return at === end ? `${text}]` : null;
  }
}

/** The batches of several `records` fields as one JSON array, in the form of `batchesToJson`. */
export function batchesText(fields: readonly Uint8Array[], budget: RecordBudget, payload: PayloadChoice): string {
  const form = new RecordsText(payload);
  let text = '';
  for (const field of fields) {
    for (const batch of decodeRecordBatchesAs(form, field, budget).batches) {
      text += `${text === '' ? '[' : ','}${batchText(batch)}`;
    }
  }
  return text === '' ? '[]' : `${text}]`;
}

function batchText(batch: RecordBatchOf<string>): string {
  // The head is never empty, so what follows its last member begins with a comma.
  return `${printJson(batchHeadToJson(batch)).slice(0, -1)},"records":${batch.records ?? 'null'}}`;
}
