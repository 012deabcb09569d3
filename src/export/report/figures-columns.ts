import type { TrafficFigures } from '../../metrics/metrics-snapshot.ts';
import { bytesText, countText, durationText } from '../quantity-text.ts';
import type { ReportColumn } from './section.ts';

/** What was counted of some traffic; bytes are those of whole frames. */
type TrafficCounts = Pick<TrafficFigures, 'requests' | 'errors' | 'requestBytes' | 'responseBytes'>;

/** Columns of everything that counts traffic, with or without latencies. */
export const countColumns: readonly ReportColumn<TrafficCounts>[] = [
  {
    title: 'REQUESTS',
    field: 'requests',
    right: true,
    text: (row) => countText(row.requests),
    value: (row) => row.requests,
  },
  { title: 'ERRORS', field: 'errors', right: true, text: (row) => countText(row.errors), value: (row) => row.errors },
  {
    title: 'IN',
    field: 'request_bytes',
    right: true,
    text: (row) => bytesText(row.requestBytes),
    value: (row) => row.requestBytes,
  },
  {
    title: 'OUT',
    field: 'response_bytes',
    right: true,
    text: (row) => bytesText(row.responseBytes),
    value: (row) => row.responseBytes,
  },
];

/** Columns that every table of traffic has. */
export const figureColumns: readonly ReportColumn<TrafficFigures>[] = [
  ...countColumns,
  {
    title: 'P50',
    field: 'latency_p50_us',
    right: true,
    text: (row) => durationText(row.latency.p50Us),
    value: (row) => row.latency.p50Us,
  },
  {
    title: 'P95',
    field: 'latency_p95_us',
    right: true,
    text: (row) => durationText(row.latency.p95Us),
    value: (row) => row.latency.p95Us,
  },
  {
    title: 'P99',
    field: 'latency_p99_us',
    right: true,
    text: (row) => durationText(row.latency.p99Us),
    value: (row) => row.latency.p99Us,
  },
  {
    title: 'MAX',
    field: 'latency_max_us',
    right: true,
    text: (row) => durationText(row.latency.maxUs),
    value: (row) => row.latency.maxUs,
  },
  {
    title: 'WAIT P99',
    field: 'wait_p99_us',
    right: true,
    text: (row) => (row.wait.count === 0 ? '-' : durationText(row.wait.p99Us)),
    value: (row) => row.wait.p99Us,
  },
  {
    title: 'THROTTLE',
    field: 'throttle_ms',
    right: true,
    text: (row) => (row.throttleMs === 0 ? '-' : durationText(row.throttleMs * 1000)),
    value: (row) => row.throttleMs,
  },
];
