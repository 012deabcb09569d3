import { intersect, parseVersions, type VersionSet } from './versions.ts';

/** A field of a spec with its traps straightened: names lowered, versions expanded, common structs put in place. */
export interface SpecField {
  readonly name: string;
  /** `int32`, `[]int32`, `string`, `[]TopicData`, `Cursor`. */
  readonly type: string;
  readonly versions: VersionSet;
  readonly nullable: VersionSet;
  readonly tag: number;
  readonly tagged: VersionSet;
  readonly defaultText: string | null;
  readonly entity: string | null;
  /** True for the one field that stays in the old string form in flexible versions (the header's client id). */
  readonly neverCompact: boolean;
  readonly fields: readonly SpecField[];
}

/** One message of one release. */
export interface Spec {
  readonly file: string;
  readonly name: string;
  readonly type: 'request' | 'response' | 'header' | 'data' | 'coordinator-key' | 'coordinator-value' | 'metadata';
  readonly apiKey: number;
  readonly valid: VersionSet;
  readonly flexible: VersionSet;
  readonly unstableLast: boolean;
  readonly fields: readonly SpecField[];
  /** Numbers of the KIPs that the spec's comments name. */
  readonly kips: readonly number[];
}

interface RawField {
  name: string;
  type: string;
  versions?: string;
  nullableVersions?: string;
  taggedVersions?: string;
  tag?: number | string;
  default?: string | number | boolean;
  entityType?: string;
  flexibleVersions?: string;
  fields?: RawField[];
}

interface RawSpec {
  name: string;
  type: Spec['type'];
  apiKey?: number;
  validVersions: string;
  flexibleVersions?: string;
  latestVersionUnstable?: boolean;
  fields?: RawField[];
  commonStructs?: { name: string; versions?: string; fields: RawField[] }[];
}

const scalarTypes = new Set('bool int8 int16 uint16 int32 uint32 int64 float64 uuid string bytes records'.split(' '));

/** Whether a type word, without `[]`, is one of Kafka's scalars (else it names a struct). */
export function isScalar(type: string): boolean {
  return scalarTypes.has(type);
}

/** Kafka's specs carry `//` and block comments, which JSON has not; text inside strings must survive. */
export function stripComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    match.startsWith('"') ? match : '',
  );
}

/** Kafka's JSON converter lowers the first letter and leaves the rest. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function defaultText(raw: RawField): string | null {
  if (raw.default === undefined) return null;
  const text = String(raw.default);
  return /^0x[0-9a-f]+$/i.test(text) ? String(Number(text)) : text;
}

function readField(
  raw: RawField,
  common: ReadonlyMap<string, RawField[]>,
  within: VersionSet,
  depth: number,
): SpecField {
  if (depth > 16) throw new Error(`struct ${raw.type} nests deeper than 16`);
  // A field may have only `taggedVersions` (TransactionLogValue): then those are its versions.
  const versions = intersect(parseVersions(raw.versions ?? raw.taggedVersions), within);
  const element = raw.type.replace(/^\[\]/, '');
  const rawFields = raw.fields ?? common.get(element) ?? [];
  if (!isScalar(element) && rawFields.length === 0) throw new Error(`field ${raw.name} has unknown type ${raw.type}`);
  return {
    name: lowerFirst(raw.name),
    type: raw.type,
    versions,
    nullable: intersect(parseVersions(raw.nullableVersions), versions),
    tag: raw.tag === undefined ? -1 : Number(raw.tag),
    tagged: intersect(parseVersions(raw.taggedVersions), versions),
    defaultText: defaultText(raw),
    entity: raw.entityType ?? null,
    neverCompact: raw.flexibleVersions === 'none',
    fields: isScalar(element) ? [] : rawFields.map((field) => readField(field, common, versions, depth + 1)),
  };
}

/** Reads one spec file of a release. */
export function readSpec(file: string, text: string): Spec {
  const raw = JSON.parse(stripComments(text)) as RawSpec;
  const common = new Map<string, RawField[]>();
  for (const struct of raw.commonStructs ?? []) common.set(struct.name, struct.fields);
  const valid = parseVersions(raw.validVersions);
  const kips = new Set<number>();
  for (const match of text.matchAll(/KIP-(\d+)/g)) kips.add(Number(match[1]));
  return {
    file,
    name: raw.name,
    type: raw.type,
    apiKey: raw.apiKey ?? -1,
    valid,
    flexible: intersect(parseVersions(raw.flexibleVersions), valid),
    unstableLast: raw.latestVersionUnstable ?? false,
    fields: (raw.fields ?? []).map((field) => readField(field, common, valid, 1)),
    kips: [...kips].sort((a, b) => a - b),
  };
}
