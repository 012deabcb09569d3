import type { ConnectionFacts, ErrorFact, Exchange, RecordsFacts, Timing } from '../exchange/exchange.ts';
import { apiName } from '../protocol/api-keys.ts';
import { errorMeaning } from '../protocol/error-codes.ts';
import { printJson } from '../protocol/json.ts';
import { jsonNumber, jsonNumberOrNull, jsonText, jsonTextOrNull } from '../protocol/json-text.ts';
import { topicsPerExchangeMax } from '../protocol/walk.ts';

/** Members of an exchange's line as JSON text, `"name":value`, in the order and spelling of CONTRACT. */

/** What a connection prints, and what it was printed from: some of it becomes known only later. */
interface ConnectionMembers {
  readonly nodeId: ConnectionFacts['nodeId'];
  readonly tls: ConnectionFacts['tls'];
  readonly sasl: ConnectionFacts['sasl'];
  readonly principal: ConnectionFacts['principal'];
  readonly text: string;
}

const connections = new WeakMap<ConnectionFacts, ConnectionMembers>();

/** `connection`, remembered per connection while nothing new is learned of it. */
export function connectionMember(connection: ConnectionFacts): string {
  const known = connections.get(connection);
  const { nodeId, tls, sasl, principal } = connection;
  if (
    known !== undefined &&
    known.nodeId === nodeId &&
    known.tls === tls &&
    known.sasl === sasl &&
    known.principal === principal
  ) {
    return known.text;
  }
  const { id, client, broker } = connection;
  const text = `"connection":${printJson({ id, client, broker, nodeId, tls, sasl, principal })}`;
  connections.set(connection, { nodeId, tls, sasl, principal, text });
  return text;
}

/** `client`: who the request's header and the connection's ApiVersions say it is. */
export function clientMember({ clientId, connection }: Exchange): string {
  const software = jsonTextOrNull(connection.software);
  const version = jsonTextOrNull(connection.softwareVersion);
  return `"client":{"id":${jsonTextOrNull(clientId)},"software":${software},"softwareVersion":${version}}`;
}

/** `api`: name and number of what was asked. */
export function apiMember({ apiKey, apiVersion, guessed }: Exchange): string {
  const name = jsonTextOrNull(apiKey === null ? null : apiName(apiKey));
  const version = jsonNumberOrNull(apiVersion);
  return `"api":{"key":${jsonNumberOrNull(apiKey)},"name":${name},"version":${version},"guessed":${guessed}}`;
}

/** `timing` in microseconds. */
export function timingMember(timing: Timing): string {
  return (
    `"timing":{"latencyUs":${jsonNumberOrNull(timing.latencyUs)},"queuedUs":${jsonNumberOrNull(timing.queuedUs)}` +
    `,"brokerUs":${jsonNumberOrNull(timing.brokerUs)},"waitUs":${jsonNumberOrNull(timing.waitUs)}` +
    `,"throttleUs":${jsonNumberOrNull(timing.throttleUs)}` +
    `,"requestTransferUs":${jsonNumberOrNull(timing.requestTransferUs)}` +
    `,"responseTransferUs":${jsonNumberOrNull(timing.responseTransferUs)}` +
    `,"proxyUs":${jsonNumberOrNull(timing.proxyUs)}}`
  );
}

/** `errors` with what each code means; where not all are listed, `errorsOmitted` counts the others. */
export function errorsMember(errors: readonly ErrorFact[], omitted = 0): string {
  if (errors.length === 0) return '"errors":[]';
  const listed = printJson(errors.map((error) => ({ ...error, meaning: errorMeaning(error.code) })));
  return `"errors":${listed}${omittedMember('errorsOmitted', omitted)}`;
}

/** `topics`; where not all are listed, `topicsOmitted` counts the others. */
export function topicsMember({ topics, topicCount }: Exchange): string {
  // Two ids of one name count twice, so that fewer names than topics alone mean nothing.
  const omitted = topicCount > topicsPerExchangeMax ? topicCount - topics.length : 0;
  return `"topics":${jsonTexts(topics)}${omittedMember('topicsOmitted', omitted)}`;
}

/** A count of what is not listed, as a further member; nothing where all is. */
function omittedMember(name: string, count: number): string {
  return count > 0 ? `,"${name}":${jsonNumber(count)}` : '';
}

/** A list of texts as JSON. */
export function jsonTexts(texts: readonly string[]): string {
  let json = '';
  for (const text of texts) json += json === '' ? jsonText(text) : `,${jsonText(text)}`;
  return `[${json}]`;
}

/**
 * `records`: facts of the batch headers; `batches` is their number, or the batches themselves as JSON. The facts leave
 * the records of `omitted` partitions out, which `partitionsOmitted` then says.
 */
export function recordsMember(facts: RecordsFacts | null, batches: string | null, omitted = 0): string {
  if (facts === null) return '"records":null';
  return (
    `"records":{"count":${jsonNumber(facts.count)},"batches":${batches ?? jsonNumber(facts.batches)}` +
    `,"bytes":${jsonNumber(facts.bytes)},"uncompressedBytes":${jsonNumberOrNull(facts.uncompressedBytes)}` +
    `,"codecs":${jsonTexts(facts.codecs)}${omittedMember('partitionsOmitted', omitted)}}`
  );
}
