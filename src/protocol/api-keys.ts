import { apiTables } from './schema/index.ts';
import { type ApiTable, hasVersion, parseVersions, type Versions, versionBounds } from './table.ts';

const tablesByKey: (ApiTable | undefined)[] = [];
const keysByName = new Map<string, number>();
for (const table of apiTables) {
  tablesByKey[table.key] = table;
  keysByName.set(table.name.toLowerCase(), table.key);
  if (table.name391 !== undefined) keysByName.set(table.name391.toLowerCase(), table.key);
}

/** The highest API key any table describes. */
export const apiKeyMax: number = tablesByKey.length - 1;

/** The table of an API key; undefined for keys we have never heard of. */
export function apiTable(apiKey: number): ApiTable | undefined {
  return tablesByKey[apiKey];
}

/** Kafka's name of an API key (`Produce`); null when unknown. */
export function apiName(apiKey: number): string | null {
  return tablesByKey[apiKey]?.name ?? null;
}

/** The key of an API by name, in any case, also by its name in 3.9.1; null when unknown. */
export function apiKeyOf(name: string): number | null {
  return keysByName.get(name.toLowerCase()) ?? null;
}

/** The version sets of an API, parsed once: the engine asks with every exchange. */
interface ApiVersions {
  readonly range: { readonly min: number; readonly max: number } | null;
  readonly removed: Versions;
}

const versionsByKey: (ApiVersions | undefined)[] = [];

function versionsOf(apiKey: number): ApiVersions | undefined {
  const known = versionsByKey[apiKey];
  if (known !== undefined) return known;
  const table = tablesByKey[apiKey];
  if (table === undefined) return undefined;
  const { versions, removed } = table.request;
  const made = { range: versionBounds(parseVersions(versions)), removed: parseVersions(removed) };
  versionsByKey[apiKey] = made;
  return made;
}

/** All versions we can read, of Kafka 3.9 and 4 together, including one that Kafka still calls unstable. */
export function versionRange(apiKey: number): { readonly min: number; readonly max: number } | null {
  return versionsOf(apiKey)?.range ?? null;
}

/** Whether Kafka 3.9 still speaks this version and Kafka 4 does not (KIP-896). */
export function removedInKafka4(apiKey: number, apiVersion: number): boolean {
  const versions = versionsOf(apiKey);
  return versions !== undefined && hasVersion(versions.removed, apiVersion);
}
