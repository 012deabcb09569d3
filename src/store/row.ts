import type { Exchange } from '../exchange/exchange.ts';
import { apiName, removedInKafka4 } from '../protocol/api-keys.ts';
import type { ExchangeRow } from './snapshot.ts';

/** The line of an exchange in a list: plain values, nothing of the bytes. */
export function rowOf(exchange: Exchange, position: number, marked: boolean): ExchangeRow {
  const { apiKey, apiVersion, connection, timing } = exchange;
  return {
    position,
    seq: exchange.seq,
    atUs: exchange.request?.atUs ?? exchange.response?.atUs ?? 0,
    status: exchange.status,
    connection: connection.id,
    client: connection.client,
    clientId: exchange.clientId,
    broker: connection.broker,
    nodeId: connection.nodeId,
    apiKey,
    apiName: apiKey === null ? null : apiName(apiKey),
    apiVersion,
    removedInKafka4: apiKey !== null && apiVersion !== null && removedInKafka4(apiKey, apiVersion),
    topics: exchange.topics,
    topicCount: exchange.topicCount,
    group: exchange.group,
    transactionalId: exchange.transactionalId,
    requestSizeBytes: exchange.request?.sizeBytes ?? null,
    responseSizeBytes: exchange.response?.sizeBytes ?? null,
    latencyUs: timing.latencyUs,
    waitUs: timing.waitUs,
    throttleTimeMs: exchange.throttleTimeMs,
    errors: exchange.errors.slice(0, 3).map((error) => ({ code: error.code, name: error.name })),
    errorCount: exchange.errors.length + exchange.errorsOmitted,
    recordsCount: exchange.records?.count ?? null,
    correlationId: exchange.correlationId,
    opaque: exchange.request?.opaque?.reason ?? exchange.response?.opaque?.reason ?? null,
    tags: exchange.tags,
    marked,
  };
}
