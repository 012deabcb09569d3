import type { MergedSpec } from './merge.ts';
import { secretFields } from './secrets.ts';
import { isScalar, type SpecField } from './spec.ts';
import { formatClosed, formatVersions, sameVersions, type VersionSet } from './versions.ts';

/** Writes a version set with an open end where it reaches the message's last version. */
function open(versions: VersionSet, valid: VersionSet): string {
  return formatVersions(versions, valid);
}

/** Kafka writes zero, false and empty by default, so a table line need not say them. */
function isTypeDefault(field: SpecField): boolean {
  const text = field.defaultText;
  if (text === null || text === '') return true;
  if (field.type === 'bool') return text === 'false';
  if (field.type === 'records') return text === 'null';
  return field.type !== 'string' && Number(text) === 0 && text !== 'null';
}

function fieldLine(field: SpecField, valid: VersionSet, secret: boolean): string {
  const words = [field.name, field.type, open(field.versions, valid)];
  if (field.nullable.length > 0) {
    words.push(sameVersions(field.nullable, field.versions) ? 'nullable' : `nullable:${open(field.nullable, valid)}`);
  }
  if (!isTypeDefault(field)) words.push(`default:${field.defaultText}`);
  if (field.tagged.length > 0) {
    const all = sameVersions(field.tagged, field.versions);
    words.push(all ? `tag:${field.tag}` : `tag:${field.tag}@${open(field.tagged, valid)}`);
  }
  if (field.entity !== null) words.push(`entity:${field.entity}`);
  if (field.neverCompact) words.push('rigid');
  if (secret) words.push('secret');
  return words.join(' ');
}

function fieldLines(
  message: string,
  fields: readonly SpecField[],
  valid: VersionSet,
  path: string,
  used: Set<string>,
): string[] {
  const secrets = secretFields.get(message) ?? [];
  const lines: string[] = [];
  for (const field of fields) {
    const at = path === '' ? field.name : `${path}.${field.name}`;
    const secret = secrets.includes(at);
    if (secret) used.add(`${message} ${at}`);
    lines.push('  '.repeat(at.split('.').length - 1) + fieldLine(field, valid, secret));
    if (!isScalar(field.type.replace('[]', ''))) lines.push(...fieldLines(message, field.fields, valid, at, used));
  }
  return lines;
}

/** Writes a message's table as an object literal; every struct field stands indented below its owner. */
export function emitMessage(merged: MergedSpec, indent: string, used: Set<string>): string {
  const inner = `${indent}  `;
  const lines = ['{'];
  lines.push(`${inner}name: '${merged.newest.name}',`);
  lines.push(`${inner}versions: '${formatClosed(merged.valid)}',`);
  lines.push(`${inner}flexible: '${open(merged.flexible, merged.valid)}',`);
  lines.push(`${inner}removed: '${formatClosed(merged.removed)}',`);
  if (merged.newest.unstableLast) lines.push(`${inner}unstable: '${merged.valid.at(-1)}',`);
  lines.push(`${inner}fields: \``);
  lines.push(...fieldLines(merged.newest.name, merged.fields, merged.valid, '', used));
  lines.push('`,');
  if (merged.olderReading !== null) {
    lines.push(`${inner}in391: {`);
    lines.push(`${inner}  versions: '${formatClosed(merged.olderReading.versions)}',`);
    lines.push(`${inner}  fields: \``);
    lines.push(...fieldLines(merged.newest.name, merged.olderReading.fields, merged.valid, '', used));
    lines.push('`,', `${inner}},`);
  }
  lines.push(`${indent}}`);
  return lines.join('\n');
}
