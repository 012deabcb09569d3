/**
 * The committed form of Kafka's message specs. A table is text, one line a field, and costs nothing until a plan of it
 * is asked for. A line reads `name type versions` and then, where they apply: `nullable[:versions]`, `default:value`,
 * `tag:n[@versions]`, `entity:name`, `rigid` (never compact, KIP-511), `secret`. Two spaces of indent mean "inside the
 * struct above".
 */
export interface MessageTable {
  readonly name: string;
  /** Every version of either release. */
  readonly versions: string;
  readonly flexible: string;
  /** Versions that Kafka 4 no longer has (KIP-896). */
  readonly removed: string;
  /** The version the newest release does not promise to keep (`latestVersionUnstable`). */
  readonly unstable?: string;
  readonly fields: string;
  /** How 3.9.1 reads the versions on which it disagrees with the newest release. */
  readonly in391?: { readonly versions: string; readonly fields: string };
}

/** Both directions of one API key. */
export interface ApiTable {
  readonly key: number;
  readonly name: string;
  /** The API's name in 3.9.1, where it was renamed since. */
  readonly name391?: string;
  readonly request: MessageTable;
  readonly response: MessageTable;
}

/** A set of versions as ascending pairs first, last; an open end is infinity. */
export type Versions = readonly number[];

/** One parsed line of a table, children put inside. */
export interface TableField {
  readonly name: string;
  readonly type: string;
  readonly versions: Versions;
  readonly nullable: Versions;
  readonly defaultText: string | null;
  readonly tag: number;
  readonly tagged: Versions;
  readonly entityType: string | null;
  readonly rigid: boolean;
  readonly secret: boolean;
  readonly children: TableField[];
}

const never: Versions = [];
const always: Versions = [0, Number.POSITIVE_INFINITY];

/** Reads `0-2,5+` or `none`. */
export function parseVersions(text: string): Versions {
  if (text === 'none') return never;
  const pairs: number[] = [];
  for (const part of text.split(',')) {
    if (part.endsWith('+')) {
      pairs.push(Number(part.slice(0, -1)), Number.POSITIVE_INFINITY);
      continue;
    }
    const dash = part.indexOf('-');
    const first = Number(dash < 0 ? part : part.slice(0, dash));
    pairs.push(first, dash < 0 ? first : Number(part.slice(dash + 1)));
  }
  return pairs;
}

/** Whether a version is in the set. */
export function hasVersion(versions: Versions, version: number): boolean {
  for (let at = 0; at < versions.length; at += 2) {
    if (version >= (versions[at] ?? 0) && version <= (versions[at + 1] ?? -1)) return true;
  }
  return false;
}

/** The set's first and last version; null for an empty set. Tables state whole messages without open ends. */
export function versionBounds(versions: Versions): { min: number; max: number } | null {
  const min = versions[0];
  const max = versions.at(-1);
  return min === undefined || max === undefined ? null : { min, max };
}

function parseLine(line: string): TableField {
  const words = line.trim().split(' ');
  let nullable = never;
  let defaultText: string | null = null;
  let tag = -1;
  let tagged = never;
  let entityType: string | null = null;
  for (const word of words.slice(3)) {
    const colon = word.indexOf(':');
    const key = colon < 0 ? word : word.slice(0, colon);
    const value = colon < 0 ? '' : word.slice(colon + 1);
    if (key === 'nullable') nullable = value === '' ? always : parseVersions(value);
    else if (key === 'default') defaultText = value;
    else if (key === 'entity') entityType = value;
    else if (key === 'tag') {
      const at = value.indexOf('@');
      tag = Number(at < 0 ? value : value.slice(0, at));
      tagged = at < 0 ? always : parseVersions(value.slice(at + 1));
    }
  }
  return {
    name: words[0] ?? '',
    type: words[1] ?? '',
    versions: parseVersions(words[2] ?? 'none'),
    nullable,
    defaultText,
    tag,
    tagged,
    entityType,
    rigid: words.includes('rigid'),
    secret: words.includes('secret'),
    children: [],
  };
}

/** Parses the lines of a table into a tree of fields. */
export function parseFields(text: string): readonly TableField[] {
  const top: TableField[] = [];
  const owners: TableField[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const depth = (line.length - line.trimStart().length) / 2;
    const field = parseLine(line);
    owners[depth] = field;
    (depth === 0 ? top : (owners[depth - 1]?.children ?? top)).push(field);
  }
  return top;
}
