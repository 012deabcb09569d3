import { apiName } from '../protocol/api-keys.ts';
import type { ApiFigures } from './metrics-snapshot.ts';
import { TrafficGroup } from './traffic-group.ts';

/** Key of the row that counts what no longer fits; no real API has it. */
export const otherApiKey = -1;

/** Row of an API, with one group a version. */
export class ApiRow {
  readonly apiKey: number;
  readonly total: TrafficGroup = new TrafficGroup();
  readonly versions: Map<number, TrafficGroup> = new Map();
  /** Column in the per-second series. */
  readonly column: number;
  #lastVersion: number | null = null;
  #lastGroup: TrafficGroup | null = null;

  constructor(apiKey: number, column: number) {
    this.apiKey = apiKey;
    this.column = column;
  }

  /** Group of a version, or null when the row already has `versionsMax` (the sum row still counts it). */
  version(apiVersion: number, versionsMax: number): TrafficGroup | null {
    if (apiVersion === this.#lastVersion) return this.#lastGroup;
    let group = this.versions.get(apiVersion) ?? null;
    if (group === null) {
      if (this.versions.size >= versionsMax) return null;
      group = new TrafficGroup();
      this.versions.set(apiVersion, group);
    }
    this.#lastVersion = apiVersion;
    this.#lastGroup = group;
    return group;
  }
}

/**
 * Rows by API key. Keys and versions come from the wire, so both are guarded: known keys always get a row, unknown
 * ones until `apisMax` rows exist, and the rest is counted under `otherApiKey`.
 */
export class ApiTable {
  readonly #rows = new Map<number, ApiRow>();
  readonly #apisMax: number;
  readonly #versionsMax: number;
  #last: ApiRow | null = null;

  constructor(apisMax: number, versionsMax: number) {
    this.#apisMax = apisMax;
    this.#versionsMax = versionsMax;
  }

  /** Row of an API key. */
  row(apiKey: number): ApiRow {
    if (this.#last !== null && this.#last.apiKey === apiKey) return this.#last;
    const row = this.#rows.get(apiKey) ?? this.#add(apiKey);
    this.#last = row;
    return row;
  }

  /** Group of a version of a row, or null beyond the limit. */
  version(row: ApiRow, apiVersion: number | null): TrafficGroup | null {
    return apiVersion === null || row.apiKey === otherApiKey ? null : row.version(apiVersion, this.#versionsMax);
  }

  /** All rows, by column. */
  rows(): Iterable<ApiRow> {
    return this.#rows.values();
  }

  /** Sum rows first, then versions; each by requests, descending. */
  figures(nowUs: number, sinceUs: number): ApiFigures[] {
    const sums: ApiFigures[] = [];
    const versions: ApiFigures[] = [];
    for (const row of this.#rows.values()) {
      const name = row.apiKey === otherApiKey ? 'other' : apiName(row.apiKey);
      const figures = row.total.figures(nowUs, sinceUs);
      sums.push({ ...figures, apiKey: row.apiKey, apiName: name, apiVersion: null });
      for (const [apiVersion, group] of row.versions) {
        versions.push({ ...group.figures(nowUs, sinceUs), apiKey: row.apiKey, apiName: name, apiVersion });
      }
    }
    return [...sums.sort(byRequests), ...versions.sort(byRequests)];
  }

  #add(apiKey: number): ApiRow {
    let key = apiKey;
    if (this.#rows.size >= this.#apisMax && apiName(apiKey) === null) {
      const other = this.#rows.get(otherApiKey);
      if (other !== undefined) return other;
      key = otherApiKey;
    }
    const row = new ApiRow(key, this.#rows.size);
    this.#rows.set(key, row);
    return row;
  }
}

function byRequests(left: ApiFigures, right: ApiFigures): number {
  return (
    right.requests - left.requests || left.apiKey - right.apiKey || (left.apiVersion ?? 0) - (right.apiVersion ?? 0)
  );
}
