import type { ByteView, FieldSpan } from '../protocol/field-span.ts';
import { type ContentsFound, pluralBytes, type RecordContents, type RecordPart } from '../records/record-contents.ts';
import { SpanBudget, type SpanLimits, SpanWriter } from '../records/span-writer.ts';
import { payloadReaders } from './index.ts';
import {
  isRedacted,
  nowhere,
  type PayloadHost,
  type PayloadPlace,
  type PayloadReader,
  type Payloads,
  payloadDepthMax,
} from './payload-reader.ts';
import { recognise, recogniseHeader } from './recognise.ts';

/** Finds the reader for bytes and lets it read; what no reader knows is recognised by its looks where it is a record's. */
export class PayloadTrees implements Payloads {
  readonly host: PayloadHost;

  constructor(host: PayloadHost) {
    this.host = host;
  }

  describe(writer: SpanWriter, start: number, end: number, place: PayloadPlace): ContentsFound {
    const size = end - start;
    if (size === 0) return { value: undefined, note: 'empty' };
    const bytes = writer.reader.bytes.subarray(start, end);
    const reader = place.depth >= payloadDepthMax || writer.full ? null : readerFor(place, bytes);
    if (reader !== null) return { value: undefined, note: this.#read(reader, writer, start, end, place) };
    if (place.owner !== 'Record') {
      return { value: undefined, note: isRedacted(bytes) ? `${pluralBytes(size)}, redacted` : null };
    }
    const { text, note } = place.header === null ? recognise(bytes) : recogniseHeader(place.header, bytes);
    return { value: text, note: `${pluralBytes(size)}, ${note}` };
  }

  /** What records of one topic hold. */
  contentsOf(topic: string | null, depth = 0): RecordContents {
    return {
      describe: (writer: SpanWriter, start: number, end: number, part: RecordPart) => {
        const { kind, key, header, control } = part;
        const place = { ...nowhere, owner: 'Record', field: kind, topic, key, header, control, depth };
        return this.describe(writer, start, end, place);
      },
    };
  }

  #read(reader: PayloadReader, writer: SpanWriter, start: number, end: number, place: PayloadPlace): string {
    let remark: string | null = null;
    const used = writer.within(start, end, () => {
      remark = reader.read(writer, place, this);
      const { reader: bytes } = writer;
      const { position, remaining } = bytes;
      if (bytes.failed || remaining === 0) return;
      bytes.take(remaining);
      writer.leaf('trailing', 'BYTES', undefined, `${pluralBytes(remaining)} behind what is known`, position);
    });
    const words = [pluralBytes(end - start), reader.name];
    if (remark !== null) words.push(remark);
    if (used.failed) words.push(`not readable at byte ${used.failureOffset - start}: ${used.failureDetail}`);
    return words.join(', ');
  }
}

function readerFor(place: PayloadPlace, bytes: Uint8Array): PayloadReader | null {
  for (const reader of payloadReaders) if (reader.matches(place, bytes)) return reader;
  return null;
}

/** The spans of a payload that stands alone, offsets from its first byte. */
export interface PayloadTree {
  readonly spans: readonly FieldSpan[];
  readonly omitted: number;
  readonly views: readonly ByteView[];
  readonly value: ContentsFound['value'];
  readonly note: string | null;
}

/** Reads bytes by the place they stand in. Never throws on what the bytes are. */
export function payloadTree(
  bytes: Uint8Array,
  place: PayloadPlace,
  host: PayloadHost,
  limits: Partial<SpanLimits> = {},
): PayloadTree {
  const budget = new SpanBudget(limits);
  const writer = new SpanWriter(bytes, '', budget);
  const { value, note } = new PayloadTrees(host).describe(writer, 0, bytes.length, place);
  return { spans: writer.spans, omitted: budget.omitted, views: budget.views, value, note };
}
