import type { Annotation } from '../protocol/annotate.ts';
import { apiName } from '../protocol/api-keys.ts';
import type { ByteView, FieldSpan, FieldValue } from '../protocol/field-span.ts';
import type { MessageType } from '../protocol/message.ts';
import { annotateRecords } from '../records/annotate-records.ts';
import { RecordSpending } from '../records/record-contents.ts';
import { SpanBudget, type SpanLimits, SpanWriter } from '../records/span-writer.ts';
import { innerApiKeyName, innerApiVersionName } from './envelope.ts';
import { isRedacted, type Lookup, nowhere, type PayloadHost } from './payload-reader.ts';
import { PayloadTrees } from './payload-tree.ts';
import { mechanismName } from './sasl-token.ts';

/** What is known of an exchange besides its bytes. */
export interface ExchangeFacts {
  readonly saslMechanism: string | null;
  /** Whether keys and values of records are wanted; without them batches are shown and nothing is uncompressed. */
  readonly recordContents: boolean;
  readonly host: PayloadHost;
}

/** A message's spans with those of its payloads, and the byte views some of them point into. */
export interface EnrichedMessage {
  readonly spans: readonly FieldSpan[];
  readonly omitted: number;
  readonly views: readonly ByteView[];
}

interface Message {
  readonly bytes: Uint8Array;
  readonly type: MessageType;
  readonly apiKey: number;
}

const fixedPrefixBytes = 4;

/** Names of fields that a response may leave out where its request has them. */
const carriedOver: ReadonlySet<string> = new Set(['protocolType', 'protocolName']);

/**
 * Adds what bytes fields and records hold to the span trees of one exchange. Request first, then response: some
 * responses cannot be understood without what was asked.
 */
export class MessagePayloads {
  readonly #facts: ExchangeFacts;
  readonly #trees: PayloadTrees;
  readonly #known = new Map<string, FieldValue>();

  constructor(facts: ExchangeFacts) {
    this.#facts = facts;
    this.#trees = new PayloadTrees(facts.host);
    this.#known.set(mechanismName, facts.saslMechanism);
  }

  /** The tree of a message with its payloads; `limits.spansMax` counts the spans that are there already. */
  enrich(message: Message, annotation: Annotation, limits: Partial<SpanLimits> = {}): EnrichedMessage {
    const budget = new SpanBudget(limits);
    budget.made = countOf(annotation.spans);
    budget.omitted = annotation.omitted;
    const walk = new SpanWalk(message, budget, this.#facts, this.#trees, this.#known);
    const spans = annotation.spans.map((span) => walk.visit(span, (name) => this.#known.get(name)));
    return { spans, omitted: budget.omitted, views: budget.views };
  }

  /** The tree of a raw SASL token, which no message holds. */
  token(bytes: Uint8Array, limits: Partial<SpanLimits> = {}): EnrichedMessage {
    const budget = new SpanBudget(limits);
    const writer = new SpanWriter(bytes, '', budget);
    const place = { ...nowhere, owner: 'SaslToken', lookup: (name: string) => this.#known.get(name) };
    writer.open('token', 'SASL_TOKEN');
    const { note } = this.#trees.describe(writer, 0, bytes.length, place);
    writer.reader.take(bytes.length);
    writer.close(note);
    return { spans: writer.spans, omitted: budget.omitted, views: budget.views };
  }
}

function countOf(spans: readonly FieldSpan[]): number {
  let count = spans.length;
  for (const span of spans) count += countOf(span.children);
  return count;
}

/** Where the bytes of a sized field begin, behind its length. */
function contentsStart(bytes: Uint8Array, span: FieldSpan): number {
  if (!span.type.startsWith('COMPACT_')) return Math.min(span.end, span.start + fixedPrefixBytes);
  let at = span.start;
  while (at < span.end && (bytes[at] ?? 0) >= 0x80) at += 1;
  return Math.min(span.end, at + 1);
}

/** One walk over one message. */
class SpanWalk {
  readonly #message: Message;
  readonly #budget: SpanBudget;
  readonly #facts: ExchangeFacts;
  readonly #trees: PayloadTrees;
  readonly #known: Map<string, FieldValue>;
  readonly #spending = new RecordSpending();
  readonly #owner: string;

  constructor(
    message: Message,
    budget: SpanBudget,
    facts: ExchangeFacts,
    trees: PayloadTrees,
    known: Map<string, FieldValue>,
  ) {
    this.#message = message;
    this.#budget = budget;
    this.#facts = facts;
    this.#trees = trees;
    this.#known = known;
    const side = message.type === 'request' ? 'Request' : 'Response';
    this.#owner = `${apiName(message.apiKey) ?? ''}${side}`;
  }

  visit(span: FieldSpan, outer: Lookup): FieldSpan {
    const { children } = span;
    if (children.length === 0) return this.#leaf(span, outer);
    const lookup = span.type.endsWith('ARRAY') ? outer : this.#scope(children, outer);
    let changed: FieldSpan[] | null = null;
    for (const [index, child] of children.entries()) {
      const visited = this.visit(child, lookup);
      if (visited === child) continue;
      changed ??= [...children];
      changed[index] = visited;
    }
    return changed === null ? span : { ...span, children: changed };
  }

  /** What fields of a struct see: their neighbours, then what is above. */
  #scope(fields: readonly FieldSpan[], outer: Lookup): Lookup {
    const values = new Map<string, FieldValue>();
    for (const field of fields) {
      if (field.value === undefined) continue;
      values.set(field.name, field.value);
      if (carriedOver.has(field.name) && field.value !== null) this.#known.set(field.name, field.value);
    }
    return (name) => (values.has(name) ? values.get(name) : outer(name));
  }

  #leaf(span: FieldSpan, lookup: Lookup): FieldSpan {
    const records = span.type.endsWith('RECORDS');
    if (!records && !span.type.endsWith('BYTES')) return span;
    if (span.value === null || span.name === 'trailing') return span;
    const { bytes } = this.#message;
    const start = contentsStart(bytes, span);
    if (start >= span.end || (span.path === 'body' && span.name === 'body')) return span;
    return records ? this.#records(span, start, lookup) : this.#bytes(span, start, lookup);
  }

  #records(span: FieldSpan, start: number, lookup: Lookup): FieldSpan {
    const { bytes } = this.#message;
    const writer = new SpanWriter(bytes, span.path, this.#budget);
    const contents = this.#facts.recordContents ? this.#trees.contentsOf(this.#topicOf(lookup)) : null;
    annotateRecords(writer, start, span.end, contents, this.#spending);
    return { ...span, children: writer.spans };
  }

  #topicOf(lookup: Lookup): string | null {
    for (const field of ['topic', 'name']) {
      const name = lookup(field);
      if (typeof name === 'string' && name !== '') return name;
    }
    const topicId = lookup('topicId');
    return typeof topicId === 'string' ? this.#facts.host.topicName(topicId) : null;
  }

  #bytes(span: FieldSpan, start: number, lookup: Lookup): FieldSpan {
    const { bytes } = this.#message;
    if (span.name === 'requestData') this.#learnEnvelope(bytes.subarray(start, span.end));
    const writer = new SpanWriter(bytes, span.path, this.#budget);
    const place = { ...nowhere, owner: this.#owner, field: span.name, lookup };
    const { value, note } = this.#trees.describe(writer, start, span.end, place);
    if (note === null && value === undefined) return span;
    return { ...span, value, note: note ?? span.note, children: writer.spans };
  }

  /** The response of an envelope names no API; its request does, in the first bytes of what it carries. */
  #learnEnvelope(inner: Uint8Array): void {
    if (inner.length < 4 || isRedacted(inner)) return;
    const view = new DataView(inner.buffer, inner.byteOffset, inner.byteLength);
    this.#known.set(innerApiKeyName, view.getInt16(0));
    this.#known.set(innerApiVersionName, view.getInt16(2));
  }
}
