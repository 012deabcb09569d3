import { MessagePayloads } from '../payloads/message-payloads.ts';
import type { PayloadHost } from '../payloads/payload-reader.ts';
import { annotateMessage } from '../protocol/annotate.ts';
import { apiName } from '../protocol/api-keys.ts';
import type { FieldSpan } from '../protocol/field-span.ts';
import { printJson } from '../protocol/json.ts';
import { redactRequest, redactResponse } from '../redact/redact-frame.ts';
import { isSensitiveConfigName } from '../redact/sensitive-config-names.ts';
import { printable } from '../wire/printable.ts';

/** Fields printed for one frame; a person does not read more, and says so when there are. */
export const treeSpansMax = 5_000;

const sizePrefixBytes = 4;
const textCharactersMax = 120;

/** A tree for people and whether the whole frame could be read. */
export interface FieldTree {
  readonly text: string;
  readonly ok: boolean;
}

function valueText(span: FieldSpan): string {
  const { value } = span;
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // Our JSON has nothing in it that a terminal obeys, whatever the frame says.
  const text = printJson(value);
  return text.length <= textCharactersMax ? text : `${text.slice(0, textCharactersMax)}…`;
}

function printSpan(span: FieldSpan, depth: number, base: number, lines: string[]): void {
  // Fields of a compressed batch count in its uncompressed bytes, marked by the number of that view.
  const offset = span.view === undefined ? String(span.start + base) : `${span.view + 1}:${span.start}`;
  const start = offset.padStart(6);
  const size = String(span.end - span.start).padStart(6);
  const value = valueText(span);
  const note = span.note === null ? '' : ` (${printable(span.note)})`;
  lines.push(
    `${start} ${size}  ${'  '.repeat(depth)}${span.name}${value === '' ? '' : `: ${value}`}${note}  ${span.type}`,
  );
  for (const child of span.children) printSpan(child, depth + 1, base, lines);
}

/** Whether the bytes begin with their own size, as they do in a TCP stream. */
function hasSizePrefix(bytes: Uint8Array): boolean {
  if (bytes.length < sizePrefixBytes + 8) return false;
  const size = Buffer.from(bytes.buffer, bytes.byteOffset, sizePrefixBytes).readInt32BE(0);
  return size === bytes.length - sizePrefixBytes;
}

/** What the payload readers may ask; nothing is known here but the frame itself. */
function hostOf(redact: boolean): PayloadHost {
  return {
    isSensitiveConfigName: (name) => redact && isSensitiveConfigName(name),
    redact(payload, type, apiKey, apiVersion) {
      if (!redact) return;
      if (type === 'request') redactRequest(payload, apiKey, apiVersion);
      else redactResponse(payload, apiKey, apiVersion);
    },
    topicName: () => null,
  };
}

/** Prints a request's fields with the offset and size of each; a size prefix is recognised and stepped over. */
export function requestTree(frame: Uint8Array, redact: boolean): FieldTree {
  const base = hasSizePrefix(frame) ? sizePrefixBytes : 0;
  const payload = new Uint8Array(frame.subarray(base));
  if (payload.length < 8) {
    return { text: `${payload.length} bytes are too few for a request: its header takes at least 8.\n`, ok: false };
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const apiKey = view.getInt16(0);
  const apiVersion = view.getInt16(2);
  if (redact) redactRequest(payload, apiKey, apiVersion);
  const annotated = annotateMessage(payload, 'request', apiKey, apiVersion, { spansMax: treeSpansMax });
  const name = apiName(apiKey) ?? `unknown API ${apiKey}`;
  const lines = [`${name} request, version ${apiVersion}, ${payload.length} bytes${base > 0 ? ' after the size' : ''}`];
  lines.push('offset   size  field');
  const payloads = new MessagePayloads({ saslMechanism: null, recordContents: !redact, host: hostOf(redact) });
  const message = { bytes: payload, type: 'request', apiKey, apiVersion } as const;
  const { spans, omitted, views } = payloads.enrich(message, annotated, { spansMax: treeSpansMax });
  for (const span of spans) printSpan(span, 0, base, lines);
  for (const [index, found] of views.entries()) lines.push(`offsets ${index + 1}:… count in ${printable(found.name)}.`);
  if (omitted > 0) lines.push(`${omitted} more fields are not shown.`);
  const { opaque } = annotated;
  if (opaque !== null) {
    const place = opaque.offset === null ? '' : ` at byte ${opaque.offset + base}`;
    lines.push(`${opaque.reason}${place}${opaque.path === '' ? '' : ` in ${opaque.path}`}: ${opaque.detail}.`);
    lines.push(
      'A response needs its API: echo \'{"type":"response","key":3,"version":12,"hex":"…"}\' | kafka-scope decode',
    );
  }
  return { text: `${lines.join('\n')}\n`, ok: opaque === null };
}
