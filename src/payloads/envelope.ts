import { annotateMessage } from '../protocol/annotate.ts';
import { apiName } from '../protocol/api-keys.ts';
import type { MessageType } from '../protocol/message.ts';
import type { SpanWriter } from '../records/span-writer.ts';
import { isRedacted, type PayloadHost, type PayloadReader } from './payload-reader.ts';
import { writePlan } from './plan-spans.ts';
import { dataTable, planOrNewest } from './tables.ts';

/** Names under which a request's inner API and version are found when its response is read. */
export const innerApiKeyName = 'envelope.apiKey';
export const innerApiVersionName = 'envelope.apiVersion';

const requestHeaderBytesMin = 8;

/** Adds the spans of a message that is whole in the reader; its secrets are overwritten before it is read. */
function adoptMessage(
  writer: SpanWriter,
  type: MessageType,
  apiKey: number,
  apiVersion: number,
  host: PayloadHost,
): void {
  const { reader, budget } = writer;
  const start = reader.position;
  const copy = reader.bytes.slice(start, reader.end);
  host.redact(copy, type, apiKey, apiVersion);
  const spansMax = Math.max(0, budget.limits.spansMax - budget.made);
  const { spans, omitted, opaque } = annotateMessage(copy, type, apiKey, apiVersion, { spansMax });
  writer.adopt(spans, start);
  writer.omit(omitted);
  const whole = opaque === null;
  reader.position = whole ? reader.end : start + (spans.at(-1)?.end ?? 0);
  if (!whole) reader.fail('malformed', start + (opaque.offset ?? 0), opaque.detail);
}

/** The request inside an envelope: header and body without size prefix (KIP-590). */
export const envelopeRequest: PayloadReader = {
  name: 'enveloped request',
  matches: (place, bytes) => place.owner === 'EnvelopeRequest' && place.field === 'requestData' && !isRedacted(bytes),
  read(writer, _place, payloads) {
    const { reader } = writer;
    const start = reader.position;
    if (reader.remaining < requestHeaderBytesMin) {
      reader.take(requestHeaderBytesMin);
      return null;
    }
    const apiKey = reader.int16();
    const apiVersion = reader.int16();
    reader.position = start;
    adoptMessage(writer, 'request', apiKey, apiVersion, payloads.host);
    return `${apiName(apiKey) ?? `unknown API ${apiKey}`} version ${apiVersion}`;
  },
};

/** The response inside an envelope: header and body of whatever was asked. */
export const envelopeResponse: PayloadReader = {
  name: 'enveloped response',
  matches: (place, bytes) => place.owner === 'EnvelopeResponse' && place.field === 'responseData' && !isRedacted(bytes),
  read(writer, place, payloads) {
    const apiKey = place.lookup(innerApiKeyName);
    const apiVersion = place.lookup(innerApiVersionName);
    if (typeof apiKey !== 'number' || typeof apiVersion !== 'number') {
      writer.reader.fail('malformed', writer.reader.position, 'what was asked is not known');
      return null;
    }
    adoptMessage(writer, 'response', apiKey, apiVersion, payloads.host);
    return `${apiName(apiKey) ?? `unknown API ${apiKey}`} version ${apiVersion}`;
  },
};

/** Who sent the enveloped request, as the default principal serde writes it. */
export const envelopePrincipal: PayloadReader = {
  name: 'principal',
  matches: (place) => place.owner === 'EnvelopeRequest' && place.field === 'requestPrincipal',
  read(writer, place, payloads) {
    const { reader } = writer;
    const start = reader.position;
    const version = reader.int16();
    if (reader.failed) return null;
    writer.leaf('version', 'INT16', version, null, start);
    writePlan(writer, planOrNewest(dataTable('DefaultPrincipalData'), version), place, payloads);
    return `version ${version}`;
  },
};

/** Where the enveloped request came from: 4 or 16 bytes. */
export const envelopeAddress: PayloadReader = {
  name: 'address',
  matches: (place, bytes) =>
    place.owner === 'EnvelopeRequest' &&
    place.field === 'clientHostAddress' &&
    (bytes.length === 4 || bytes.length === 16),
  read(writer) {
    const { reader } = writer;
    const start = reader.position;
    const bytes = reader.slice(reader.remaining);
    const groups: string[] = [];
    if (bytes.length === 4) for (const byte of bytes) groups.push(String(byte));
    else for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
    const text = groups.join(bytes.length === 4 ? '.' : ':');
    writer.leaf('address', 'ADDRESS', text, null, start);
    return text;
  },
};
