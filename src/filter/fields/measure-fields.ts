import type { Exchange } from '../../exchange/exchange.ts';
import { wordList } from './enum-words.ts';
import { each, type Field, listOf, one } from './field.ts';

const codecs = listOf<string>('codec', (exchange) => exchange.records?.codecs ?? []);

function sizeOf(exchange: Exchange): number | null {
  const { request, response } = exchange;
  if (request === null && response === null) return null;
  return (request?.sizeBytes ?? 0) + (response?.sizeBytes ?? 0);
}

/** How long it took and how much it carried. */
export const measureFields: readonly Field[] = [
  one(
    'latency',
    'duration',
    "request's last byte to response's first: queued + broker + wait",
    (exchange) => exchange.timing.latencyUs,
  ),
  one(
    'latency.broker',
    'duration',
    'time at the broker without queueing and deliberate waits',
    (exchange) => exchange.timing.brokerUs,
  ),
  one(
    'latency.queued',
    'duration',
    'time behind earlier requests of the connection',
    (exchange) => exchange.timing.queuedUs,
  ),
  one('wait', 'duration', 'deliberate wait: fetch max wait, rebalance hold', (exchange) => exchange.timing.waitUs),
  one('throttle', 'duration', 'throttle time the broker announced', (exchange) => {
    return exchange.throttleTimeMs === null ? null : exchange.throttleTimeMs * 1000;
  }),
  one('size', 'size', 'request and response together, without size prefixes', sizeOf),
  one('req.size', 'size', 'request without its size prefix', (exchange) => exchange.request?.sizeBytes ?? null),
  one('res.size', 'size', 'response without its size prefix', (exchange) => exchange.response?.sizeBytes ?? null),
  one('records', 'count', 'records carried', (exchange) => exchange.records?.count ?? null),
  one('records.size', 'size', 'record batches as they travelled', (exchange) => exchange.records?.bytes ?? null),
  each('codec', 'enum', 'compression of the record batches', codecs, (codec) => codec, {
    words: wordList('codec', ['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  }),
];
