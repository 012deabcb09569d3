import { isScalar, type Spec, type SpecField } from './spec.ts';
import { intersect, union, type VersionSet, without } from './versions.ts';

/** The layout of one version of a message as text: equal texts read equal bytes into equal names. */
export function layoutAt(fields: readonly SpecField[], version: number): string {
  const untagged: string[] = [];
  const tagged: [number, string][] = [];
  for (const field of fields) {
    if (!field.versions.includes(version)) continue;
    const array = field.type.startsWith('[]');
    const element = field.type.replace(/^\[\]/, '');
    const inner = isScalar(element) ? element : `{${layoutAt(field.fields, version)}}`;
    const nullable = field.nullable.includes(version) ? '?' : '';
    const text = `${field.name}:${array ? '[]' : ''}${inner}${nullable}=${defaultAt(field, version)}`;
    if (field.tagged.includes(version)) tagged.push([field.tag, text]);
    else untagged.push(text);
  }
  tagged.sort((a, b) => a[0] - b[0]);
  return [...untagged, ...tagged.map(([tag, text]) => `#${tag} ${text}`)].join(' ');
}

function defaultAt(field: SpecField, version: number): string {
  if (field.defaultText === null) return '';
  // A null default says nothing in a version that cannot write null.
  if (field.defaultText === 'null' && !field.nullable.includes(version)) return '';
  return field.defaultText;
}

/** The same without names and defaults: what differs here differs in the bytes. */
export function wireLayoutAt(fields: readonly SpecField[], version: number): string {
  return layoutAt(fields, version)
    .replaceAll(/[A-Za-z]\w*:/g, ':')
    .replaceAll(/=[^ }]*/g, '');
}

function clip(fields: readonly SpecField[], within: VersionSet): SpecField[] {
  const kept: SpecField[] = [];
  for (const field of fields) {
    const versions = intersect(field.versions, within);
    if (versions.length === 0) continue;
    kept.push({
      ...field,
      versions,
      nullable: intersect(field.nullable, within),
      tagged: intersect(field.tagged, within),
      fields: clip(field.fields, within),
    });
  }
  return kept;
}

function mergeable(newer: SpecField, older: SpecField): boolean {
  return (
    newer.name === older.name &&
    newer.type.startsWith('[]') === older.type.startsWith('[]') &&
    isScalar(newer.type.replace('[]', '')) === isScalar(older.type.replace('[]', '')) &&
    (newer.fields.length > 0 || newer.type === older.type) &&
    (newer.tagged.length === 0 || older.tagged.length === 0 || newer.tag === older.tag) &&
    intersect(newer.versions, older.versions).length === 0 &&
    (newer.defaultText ?? '') === (older.defaultText ?? '')
  );
}

/** Lays the fields of versions only the older release has beside those of the newer one, in an order right for both. */
function mergeFields(newer: readonly SpecField[], older: readonly SpecField[]): SpecField[] {
  const merged = [...newer];
  let after = -1;
  for (const old of older) {
    const found = merged.findIndex((field) => mergeable(field, old));
    const field = merged[found];
    if (field === undefined) {
      merged.splice(after + 1, 0, old);
      after += 1;
      continue;
    }
    merged[found] = {
      ...field,
      tag: field.tag === -1 ? old.tag : field.tag,
      entity: field.entity ?? old.entity,
      versions: union(field.versions, old.versions),
      nullable: union(field.nullable, old.nullable),
      tagged: union(field.tagged, old.tagged),
      fields: mergeFields(field.fields, old.fields),
    };
    after = found;
  }
  return merged;
}

/** A version on which the two releases disagree, and whether the bytes differ or only the names. */
export interface Disagreement {
  readonly name: string;
  readonly type: Spec['type'];
  readonly apiKey: number;
  readonly version: number;
  readonly wire: boolean;
}

/** A message over both releases. `olderReading` holds the older release's fields where it disagrees. */
export interface MergedSpec {
  readonly newest: Spec;
  readonly valid: VersionSet;
  readonly removed: VersionSet;
  readonly flexible: VersionSet;
  readonly fields: readonly SpecField[];
  readonly olderReading: { readonly versions: VersionSet; readonly fields: readonly SpecField[] } | null;
  readonly disagreements: readonly Disagreement[];
  readonly kips: readonly number[];
}

function alone(spec: Spec, removed: boolean): MergedSpec {
  return {
    newest: spec,
    valid: spec.valid,
    removed: removed ? spec.valid : [],
    flexible: spec.flexible,
    fields: clip(spec.fields, spec.valid),
    olderReading: null,
    disagreements: [],
    kips: spec.kips,
  };
}

function findDisagreements(newer: Spec, older: Spec): Disagreement[] {
  const found: Disagreement[] = [];
  for (const version of intersect(newer.valid, older.valid)) {
    const flexibleDiffers = newer.flexible.includes(version) !== older.flexible.includes(version);
    if (!flexibleDiffers && layoutAt(newer.fields, version) === layoutAt(older.fields, version)) continue;
    const wire = flexibleDiffers || wireLayoutAt(newer.fields, version) !== wireLayoutAt(older.fields, version);
    found.push({ name: newer.name, type: newer.type, apiKey: newer.apiKey, version, wire });
  }
  return found;
}

/** The union of a message over two releases: the newer wins on shared versions, the older keeps what was dropped since. */
export function mergeSpecs(newer: Spec | undefined, older: Spec | undefined): MergedSpec {
  if (newer === undefined || newer.valid.length === 0) {
    const only = older ?? newer;
    if (only === undefined) throw new Error('a message that is in neither release');
    return alone(only, true);
  }
  if (older === undefined) return alone(newer, false);
  const removed = without(older.valid, newer.valid);
  const fields = mergeFields(clip(newer.fields, newer.valid), clip(older.fields, removed));
  for (const version of newer.valid) {
    assertSameLayout(newer, version, layoutAt(newer.fields, version), layoutAt(fields, version));
  }
  for (const version of removed) {
    assertSameLayout(newer, version, layoutAt(older.fields, version), layoutAt(fields, version));
  }
  const disagreements = findDisagreements(newer, older);
  const versions = disagreements.map((disagreement) => disagreement.version);
  return {
    newest: newer,
    valid: union(newer.valid, older.valid),
    removed,
    flexible: union(newer.flexible, intersect(older.flexible, removed)),
    fields,
    olderReading: versions.length === 0 ? null : { versions, fields: clip(older.fields, versions) },
    disagreements,
    kips: [...new Set([...newer.kips, ...older.kips])].sort((a, b) => a - b),
  };
}

function assertSameLayout(spec: Spec, version: number, expected: string, merged: string): void {
  if (expected === merged) return;
  throw new Error(`merging ${spec.name} changed version ${version}:\n  source ${expected}\n  merged ${merged}`);
}
