/** Versions as Kafka's specs write them (`0+`, `2-4`, `3`, `none`) and, for merged tables, comma lists of those. */
export type VersionSet = readonly number[];

/** No message of Kafka has come near this many versions; open ranges are expanded up to it. */
const versionMax = 200;

/** Expands a spec's range text into the versions it names, ascending. */
export function parseVersions(text: string | undefined): VersionSet {
  if (text === undefined || text === 'none') return [];
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(part.trim());
    if (match === null) throw new Error(`cannot read versions "${text}"`);
    const first = Number(match[1]);
    const last = match[2] === '+' ? versionMax : Number(match[3] ?? first);
    for (let version = first; version <= last; version += 1) found.add(version);
  }
  return [...found].sort((a, b) => a - b);
}

export function intersect(left: VersionSet, right: VersionSet): VersionSet {
  return left.filter((version) => right.includes(version));
}

export function union(left: VersionSet, right: VersionSet): VersionSet {
  return [...new Set([...left, ...right])].sort((a, b) => a - b);
}

export function without(left: VersionSet, right: VersionSet): VersionSet {
  return left.filter((version) => !right.includes(version));
}

export function sameVersions(left: VersionSet, right: VersionSet): boolean {
  return left.length === right.length && left.every((version, index) => version === right[index]);
}

/** Writes a set as ranges; a run that reaches the last of `valid` is written open (`3+`), as Kafka does. */
export function formatVersions(versions: VersionSet, valid: VersionSet): string {
  const parts: string[] = [];
  const last = valid.at(-1);
  for (let at = 0; at < versions.length; ) {
    let end = at;
    while (versions[end + 1] === (versions[end] ?? 0) + 1) end += 1;
    const from = versions[at];
    const to = versions[end];
    if (to === last) parts.push(`${from}+`);
    else parts.push(from === to ? `${from}` : `${from}-${to}`);
    at = end + 1;
  }
  return parts.length === 0 ? 'none' : parts.join(',');
}

/** Writes a closed range (`0-13`) for `validVersions`. */
export function formatClosed(versions: VersionSet): string {
  return formatVersions(versions, []);
}
