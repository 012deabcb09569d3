import type { Exchange } from '../exchange/exchange.ts';
import { apiName } from '../protocol/api-keys.ts';
import type { CsvValue } from './report/section.ts';

/** One column of `exchanges.csv`. */
interface ExchangeColumn {
  readonly field: string;
  value(exchange: Exchange): CsvValue;
}

const columns: readonly ExchangeColumn[] = [
  { field: 'seq', value: ({ seq }) => seq },
  { field: 'at_us', value: ({ request, response }) => request?.atUs ?? response?.atUs ?? null },
  { field: 'status', value: ({ status }) => status },
  { field: 'connection', value: ({ connection }) => connection.id },
  { field: 'client', value: ({ connection }) => connection.client },
  { field: 'broker', value: ({ connection }) => connection.broker },
  { field: 'node_id', value: ({ connection }) => connection.nodeId },
  { field: 'client_id', value: ({ clientId }) => clientId },
  { field: 'principal', value: ({ connection }) => connection.principal },
  { field: 'api', value: ({ apiKey }) => (apiKey === null ? null : (apiName(apiKey) ?? `key ${apiKey}`)) },
  { field: 'api_version', value: ({ apiVersion }) => apiVersion },
  { field: 'correlation_id', value: ({ correlationId }) => correlationId },
  { field: 'request_bytes', value: ({ request }) => request?.sizeBytes ?? null },
  { field: 'response_bytes', value: ({ response }) => response?.sizeBytes ?? null },
  { field: 'latency_us', value: ({ timing }) => timing.latencyUs },
  { field: 'queued_us', value: ({ timing }) => timing.queuedUs },
  { field: 'broker_us', value: ({ timing }) => timing.brokerUs },
  { field: 'wait_us', value: ({ timing }) => timing.waitUs },
  { field: 'proxy_us', value: ({ timing }) => timing.proxyUs },
  { field: 'throttle_ms', value: ({ throttleTimeMs }) => throttleTimeMs },
  { field: 'error', value: ({ errors }) => errors[0]?.name ?? null },
  { field: 'errors', value: ({ errors, errorsOmitted }) => errors.length + errorsOmitted },
  { field: 'topics', value: ({ topics }) => (topics.length === 0 ? null : topics.join(' ')) },
  { field: 'group', value: ({ group }) => group },
  { field: 'transactional_id', value: ({ transactionalId }) => transactionalId },
  { field: 'records', value: ({ records }) => records?.count ?? null },
  { field: 'record_bytes', value: ({ records }) => records?.bytes ?? null },
  { field: 'opaque', value: ({ request, response }) => request?.opaque?.reason ?? response?.opaque?.reason ?? null },
  { field: 'tags', value: ({ tags }) => (tags.length === 0 ? null : tags.join(' ')) },
];

/** Heading of `exchanges.csv`. */
export const exchangeCsvHeader: readonly string[] = columns.map(({ field }) => field);

/** One exchange as a row of `exchanges.csv`; times in µs, sizes in bytes. */
export function exchangeCsvRow(exchange: Exchange): readonly CsvValue[] {
  return columns.map((column) => column.value(exchange));
}
