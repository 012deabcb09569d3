import type { MetricsSnapshot, TrafficFigures } from '../../src/metrics/metrics-snapshot.ts';
import { apiTerm, filterString } from './filter-term.ts';
import type { OverviewTable } from './ui-state.ts';

/** A row of an Overview table: what it is, what it counts, and the filter that shows exactly that. */
export interface OverviewRow {
  readonly key: string;
  readonly name: string;
  readonly filter: string;
  readonly figures: TrafficFigures | null;
  readonly count: number;
  /** 0…1 of the busiest or of all, for the bar; null where it has none. */
  readonly share: number | null;
}

const cache = new WeakMap<MetricsSnapshot, Record<OverviewTable, readonly OverviewRow[]>>();

/** Rows of a table, in the order of the screen. */
export function overviewRows(metrics: MetricsSnapshot | null, table: OverviewTable): readonly OverviewRow[] {
  if (metrics === null) return [];
  let tables = cache.get(metrics);
  if (tables === undefined) {
    tables = { api: apiRows(metrics), errors: errorRows(metrics), brokers: brokerRows(metrics) };
    cache.set(metrics, tables);
  }
  return tables[table];
}

function apiRows(metrics: MetricsSnapshot): OverviewRow[] {
  const all = metrics.total.requests;
  return metrics.byApi
    .filter((figures) => figures.apiVersion === null)
    .map((figures) => ({
      key: String(figures.apiKey),
      name: figures.apiName ?? `key ${figures.apiKey}`,
      filter: apiTerm(figures.apiName, figures.apiKey),
      figures,
      count: figures.requests,
      share: all > 0 ? figures.requests / all : null,
    }));
}

/** Errors by name: the metrics count them by API and client too, which the filter of the row shows. */
function errorRows(metrics: MetricsSnapshot): OverviewRow[] {
  const counts = new Map<string, number>();
  for (const error of metrics.errors) counts.set(error.name, (counts.get(error.name) ?? 0) + error.count);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const most = sorted[0]?.[1] ?? 0;
  return sorted.map(([name, count]) => ({
    key: name,
    name,
    filter: `error == ${name}`,
    figures: null,
    count,
    share: most > 0 ? count / most : null,
  }));
}

function brokerRows(metrics: MetricsSnapshot): OverviewRow[] {
  const most = Math.max(0, ...metrics.byBroker.map((figures) => figures.inFlight));
  return metrics.byBroker.map((figures) => ({
    key: figures.broker,
    name: figures.nodeId === null ? figures.broker : `${figures.nodeId} ${figures.broker}`,
    filter:
      figures.nodeId === null ? `broker.address == ${filterString(figures.broker)}` : `broker == ${figures.nodeId}`,
    figures,
    count: figures.inFlight,
    share: most > 0 ? figures.inFlight / most : null,
  }));
}
