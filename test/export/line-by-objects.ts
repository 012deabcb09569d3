import { decodedRequest, decodedResponse } from '../../src/exchange/bodies.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { LineOptions } from '../../src/export/ndjson.ts';
import { apiName } from '../../src/protocol/api-keys.ts';
import { errorMeaning } from '../../src/protocol/error-codes.ts';
import { bodyToJson, printJson } from '../../src/protocol/json.ts';
import type { Message } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { RecordBudget, recordLimits } from '../../src/records/record-limits.ts';
import { batchesToJson } from '../../src/records/records-json.ts';
import { redactBody } from '../../src/redact/redact-body.ts';

/**
 * The line of an exchange, made the plain way: everything decoded into objects, the objects printed. It is what the
 * printers that take short cuts are measured by, byte for byte.
 */
export function lineByObjects(exchange: Exchange, options: LineOptions): string {
  const { connection, apiKey } = exchange;
  const request = decodedRequest(exchange);
  const response = decodedResponse(exchange);
  return printJson({
    schema: 'kafka-scope/exchange@1',
    seq: exchange.seq,
    status: exchange.status,
    connection: {
      id: connection.id,
      client: connection.client,
      broker: connection.broker,
      nodeId: connection.nodeId,
      tls: connection.tls,
      sasl: connection.sasl,
      principal: connection.principal,
    },
    client: { id: exchange.clientId, software: connection.software, softwareVersion: connection.softwareVersion },
    api: {
      key: apiKey,
      name: apiKey === null ? null : apiName(apiKey),
      version: exchange.apiVersion,
      guessed: exchange.guessed,
    },
    correlationId: exchange.correlationId,
    request: messageByObjects(exchange, 'request', request, options),
    response: messageByObjects(exchange, 'response', response, options),
    timing: exchange.timing,
    throttleTimeMs: exchange.throttleTimeMs,
    errors: exchange.errors.map((error) => ({ ...error, meaning: errorMeaning(error.code) })),
    topics: exchange.topics,
    group: exchange.group,
    transactionalId: exchange.transactionalId,
    records: recordsByObjects(exchange, request, response, options),
    session: exchange.session,
    tags: exchange.tags,
  });
}

function messageByObjects(
  exchange: Exchange,
  side: 'request' | 'response',
  message: Message | null,
  options: LineOptions,
): unknown {
  const facts = exchange[side];
  if (facts === null) return null;
  const head = { atUs: facts.atUs, lastByteUs: facts.lastByteUs, sizeBytes: facts.sizeBytes };
  if (message === null || message.kind === 'opaque') {
    const { apiKey, apiVersion, correlationId, clientId } = exchange;
    const known =
      side === 'response'
        ? { correlationId }
        : { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId, clientId };
    const found = message === null ? null : { reason: message.reason, detail: message.detail, offset: message.offset };
    const header = correlationId === null ? null : known;
    return { ...head, header, body: null, unknownTags: [], opaque: facts.opaque ?? found };
  }
  const plan = planFor(message.apiKey, message.type, message.apiVersion);
  const body = options.unsafeShowSecrets ? message.body : redactBody(message);
  return {
    ...head,
    header: message.header,
    body: plan === null ? null : bodyToJson(plan, body),
    unknownTags: message.unknownTags,
    opaque: null,
  };
}

function recordsByObjects(
  { records }: Exchange,
  request: Message | null,
  response: Message | null,
  options: LineOptions,
): unknown {
  if (records === null || !options.records) return records;
  const fields = [request, response].flatMap((message) => (message?.kind === 'decoded' ? message.records : []));
  if (fields.length === 0) return records;
  const budget = new RecordBudget({ ...recordLimits, uncompressedSetBytesMax: 64 * 1024 * 1024 });
  const batches = fields.flatMap((bytes) => batchesToJson(decodeRecordBatches(bytes, budget), options.payload).batches);
  return { ...records, batches };
}
