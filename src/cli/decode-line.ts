import { decodeRequest, decodeResponse } from '../protocol/decode.ts';
import { EncodeError, encodeByPlan } from '../protocol/encode.ts';
import { jsonToStruct, parseExactJson, printJson, structToJson } from '../protocol/json.ts';
import type { DecodedMessage, MessageType, UnknownTag } from '../protocol/message.ts';
import { decodeNested } from '../protocol/nested.ts';
import { type MessagePlan, planFor } from '../protocol/plan.ts';
import { decodeRecordBatches } from '../records/decode-records.ts';
import { batchesToJson } from '../records/records-json.ts';
import { redactBody } from '../redact/redact-body.ts';
import { redactRequest, redactResponse } from '../redact/redact-frame.ts';

/** How lines are read: `encode` turns them around, `redact` hides credentials. */
export interface DecodeLineOptions {
  readonly encode?: boolean;
  readonly redact?: boolean;
}

/** One line out, and whether its case could be read. */
export interface LineResult {
  readonly text: string;
  readonly ok: boolean;
}

type Case = Readonly<Record<string, unknown>>;

/** A case that cannot be read; becomes the line's `error`. */
class CaseError extends Error {
  readonly code: string;
  readonly offset: number | null;
  readonly path: string;

  constructor(code: string, message: string, offset: number | null = null, path = '') {
    super(message);
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}

function parseCase(line: string): Case {
  let value: unknown;
  try {
    value = parseExactJson(line);
  } catch (cause) {
    throw new CaseError('bad-input', cause instanceof Error ? cause.message : String(cause));
  }
  if (isObject(value)) return value;
  throw new CaseError('bad-input', 'a line is one JSON object');
}

function isObject(value: unknown): value is Case {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Bytes written as hex digits; null when they are not. */
export function bytesFromHex(hex: string): Uint8Array | null {
  const bytes = Buffer.from(hex, 'hex');
  // Node stops at the first character that is no digit, without a word.
  return bytes.length * 2 === hex.length ? bytes : null;
}

function hexField(fields: Case, name: string): Uint8Array {
  const hex = fields[name];
  const bytes = typeof hex === 'string' ? bytesFromHex(hex) : null;
  if (bytes === null) throw new CaseError('bad-input', `"${name}" must be hex digits, two a byte`, null, name);
  return bytes;
}

function integerField(fields: Case, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new CaseError('bad-input', `"${name}" must be an integer`, null, name);
}

function libOf(fields: Case): '3.9.1' | undefined {
  // 4.4.0 is what there is without asking.
  return fields.lib === '3.9.1' ? '3.9.1' : undefined;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function tagsToJson(tags: readonly UnknownTag[]): unknown {
  return tags.map((tag) => ({ in: tag.in, path: tag.path, tag: tag.tag, data: base64(tag.data) }));
}

function isCanonical(payload: Uint8Array, plan: MessagePlan, message: DecodedMessage): boolean {
  try {
    const again = encodeByPlan(plan, message.header, message.body, message.unknownTags);
    return Buffer.compare(again, payload) === 0;
  } catch (error) {
    // Kafka's writer would refuse it as well, as it does a tag that is there twice.
    if (error instanceof EncodeError) return false;
    throw error;
  }
}

function decodeMessage(fields: Case, type: MessageType, redact: boolean): unknown {
  const payload = hexField(fields, 'hex');
  const lib = libOf(fields);
  const options = lib === undefined ? {} : { lib };
  const message =
    type === 'request'
      ? decodeRequest(payload, options)
      : decodeResponse(payload, integerField(fields, 'key'), integerField(fields, 'version'), options);
  if (message.kind === 'opaque') throw new CaseError(message.reason, message.detail, message.offset, message.path);
  // Unknown tags are views of the payload: what is overwritten there is overwritten in them.
  if (redact) (type === 'request' ? redactRequest : redactResponse)(payload, message.apiKey, message.apiVersion);
  const plan = planFor(message.apiKey, type, message.apiVersion, lib);
  if (plan === null) throw new CaseError('unknown-version', 'its plan has gone');
  const some = message.records.length > 0;
  return {
    api: plan.apiName,
    key: plan.apiKey,
    type,
    version: plan.apiVersion,
    headerVersion: plan.headerVersion,
    flexible: plan.flexible,
    header: structToJson(plan.header, message.header),
    body: structToJson(plan.body, redact ? redactBody(message) : message.body),
    records: some ? message.records.map((bytes) => (redact ? { bytes: bytes.length } : bytes)) : undefined,
    recordPaths: some ? message.recordPaths : undefined,
    unknownTags: message.unknownTags.length > 0 ? tagsToJson(message.unknownTags) : undefined,
    canonical: isCanonical(payload, plan, message),
  };
}

function decodeNestedCase(fields: Case): unknown {
  const kind = fields.kind;
  if (typeof kind !== 'string') throw new CaseError('bad-input', '"kind" must name the nested data', null, 'kind');
  const key = fields.keyHex === undefined ? null : hexField(fields, 'keyHex');
  const nested = decodeNested(kind, hexField(fields, 'hex'), key);
  if (nested.kind === 'opaque') throw new CaseError(nested.reason, nested.detail, nested.offset, nested.path);
  const body = structToJson(nested.plan, nested.body);
  if (kind === 'EndTxnMarker' && nested.controlType !== null) body.controlType = nested.controlType;
  const unknownTags = nested.unknownTags.length > 0 ? tagsToJson(nested.unknownTags) : undefined;
  return { version: nested.version, body, unknownTags };
}

function decodeCase(fields: Case, redact: boolean): unknown {
  switch (fields.type) {
    case 'request':
    case 'response':
      return decodeMessage(fields, fields.type, redact);
    case 'records':
      return batchesToJson(decodeRecordBatches(hexField(fields, 'hex')), redact ? 'hide' : 'show');
    case 'nested':
      return decodeNestedCase(fields);
    default:
      throw new CaseError('bad-input', '"type" must be request, response, records or nested', null, 'type');
  }
}

function base64List(value: unknown, name: string): Uint8Array[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new CaseError('bad-input', `"${name}" must be a list of base64`, null, name);
  return value.map((item, index) => {
    if (typeof item === 'string') return Buffer.from(item, 'base64');
    throw new CaseError('bad-input', 'expected base64', null, `${name}[${index}]`);
  });
}

function tagsFromJson(value: unknown): UnknownTag[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new CaseError('bad-input', '"unknownTags" must be a list', null, 'unknownTags');
  return value.map((item, index): UnknownTag => {
    const place = `unknownTags[${index}]`;
    if (!isObject(item)) throw new CaseError('bad-input', 'expected an object', null, place);
    const { path, tag, data } = item;
    const section = item.in;
    if ((section !== 'header' && section !== 'body') || typeof path !== 'string' || typeof data !== 'string') {
      throw new CaseError('bad-input', 'expected {in, path, tag, data}', null, place);
    }
    if (typeof tag !== 'number' || !Number.isInteger(tag) || tag < 0 || tag > 0x7fffffff) {
      throw new CaseError('bad-input', 'a tag is an integer from 0', null, `${place}.tag`);
    }
    return { in: section, path, tag, data: Buffer.from(data, 'base64') };
  });
}

function encodeCase(fields: Case): unknown {
  const type = fields.type;
  if (type !== 'request' && type !== 'response') {
    throw new CaseError('bad-input', '--encode takes requests and responses', null, 'type');
  }
  const key = integerField(fields, 'key');
  const version = integerField(fields, 'version');
  const plan = planFor(key, type, version, libOf(fields));
  if (plan === null) throw new CaseError('unknown-version', `no schema has version ${version} of API key ${key}`);
  const stated = type === 'request' ? { requestApiKey: key, requestApiVersion: version } : {};
  const given = fields.header ?? {};
  if (!isObject(given)) throw new CaseError('bad-input', '"header" must be an object', null, 'header');
  const header = jsonToStruct(plan.header, { ...stated, ...given });
  const body = jsonToStruct(plan.body, fields.body ?? {}, base64List(fields.records, 'records'));
  const bytes = encodeByPlan(plan, header, body, tagsFromJson(fields.unknownTags));
  return { hex: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') };
}

function errorLine(error: unknown): string {
  if (error instanceof CaseError) {
    const { code, offset, path, message } = error;
    return printJson({ error: { code, offset, path, message } });
  }
  if (error instanceof EncodeError) {
    return printJson({ error: { code: 'not-encodable', offset: null, path: error.path, message: error.message } });
  }
  throw error;
}

/** Reads one case and says whether that worked. */
export function runLine(line: string, options: DecodeLineOptions = {}): LineResult {
  try {
    const fields = parseCase(line);
    const result = options.encode === true ? encodeCase(fields) : decodeCase(fields, options.redact === true);
    return { text: printJson(result), ok: true };
  } catch (error) {
    return { text: errorLine(error), ok: false };
  }
}

/** One case as NDJSON in, one line of JSON out; what cannot be read comes out as `{"error":…}`. */
export function decodeLine(line: string, options: DecodeLineOptions = {}): string {
  return runLine(line, options).text;
}

/** The other way: a message in JSON in, `{"hex":…}` out. */
export function encodeLine(line: string): string {
  return runLine(line, { encode: true }).text;
}
