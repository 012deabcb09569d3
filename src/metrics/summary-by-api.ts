import type { MetricsSnapshot } from './metrics-snapshot.ts';

/** Figures of one API version in CONTRACT's summary line; latency without deliberate waits, null while unknown. */
export interface ApiVersionSummary {
  readonly requests: number;
  readonly errors: number;
  readonly latencyUs: {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
}

/** CONTRACT's `byApi`: API name (`key 999` where it has none) → version → figures. */
export type SummaryByApi = Readonly<Record<string, Readonly<Record<string, ApiVersionSummary>>>>;

/** The `byApi` of `kafka-scope/summary@1`, by API key and version, ascending. */
export function summaryByApi(snapshot: MetricsSnapshot): SummaryByApi {
  const versions = snapshot.byApi
    .filter((row) => row.apiVersion !== null)
    .sort((left, right) => left.apiKey - right.apiKey || (left.apiVersion ?? 0) - (right.apiVersion ?? 0));
  const byApi: Record<string, Record<string, ApiVersionSummary>> = {};
  for (const row of versions) {
    const name = row.apiName ?? `key ${row.apiKey}`;
    let api = byApi[name];
    if (api === undefined) {
      api = {};
      byApi[name] = api;
    }
    api[String(row.apiVersion)] = {
      requests: row.requests,
      errors: row.errors,
      latencyUs: { p50: row.latency.p50Us, p95: row.latency.p95Us, p99: row.latency.p99Us, max: row.latency.maxUs },
    };
  }
  return byApi;
}
