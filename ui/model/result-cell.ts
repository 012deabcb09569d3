import type { ExchangeRow } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { formatCount, formatDurationShort } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import type { Role } from './line.ts';

/** The fate of an exchange in words; the role only repeats it in colour. */
export interface Result {
  readonly text: string;
  readonly role: Role;
}

/** Waits shorter than this are no news. */
const waitShownUs = 1_000;

/** The RESULT cell. `nowUs` tells how long an exchange has been in flight. */
export function resultOf(row: ExchangeRow, glyphs: Glyphs, nowUs: number): Result {
  const fate = fateOf(row, glyphs, nowUs);
  const notes = row.tags.filter((tag) => tag !== 'deprecated').map((tag) => printable(tag, glyphs.ascii));
  if (row.removedInKafka4) notes.unshift(`${glyphs.removed} deprecated`);
  if (notes.length === 0) return fate;
  const role = row.removedInKafka4 && fate.role === 'ok' ? 'warn' : fate.role;
  return { text: `${fate.text} ${notes.join(' ')}`, role };
}

function fateOf(row: ExchangeRow, glyphs: Glyphs, nowUs: number): Result {
  const error = row.errors[0];
  if (error !== undefined) {
    const more = row.errorCount > 1 ? ` +${formatCount(row.errorCount - 1)}` : '';
    return { text: `${glyphs.bad} ${printable(error.name, glyphs.ascii)}${more}`, role: 'error' };
  }
  switch (row.status) {
    case 'in-flight':
      return {
        text: `${glyphs.pending} in flight ${formatDurationShort(Math.max(0, nowUs - row.atUs))}`,
        role: 'accent',
      };
    case 'abandoned':
      return { text: `${glyphs.bad} no answer, connection ended`, role: 'error' };
    case 'orphan':
      return { text: `${glyphs.unknown} response without request`, role: 'warn' };
    case 'unanswered-by-design':
      return { text: `${glyphs.byDesign} acks=0 by design${recordsText(row)}`, role: 'plain' };
    case 'answered':
      return answered(row, glyphs);
    default:
      return row.status satisfies never;
  }
}

function answered(row: ExchangeRow, glyphs: Glyphs): Result {
  if (row.opaque !== null) {
    return { text: `${glyphs.unknown} undecoded: ${printable(row.opaque, glyphs.ascii)}`, role: 'warn' };
  }
  if (row.throttleTimeMs !== null && row.throttleTimeMs > 0) {
    return { text: `${glyphs.warn} throttled ${formatDurationShort(row.throttleTimeMs * 1000)}`, role: 'warn' };
  }
  if (row.recordsCount !== null && row.recordsCount > 0) {
    return { text: `${glyphs.ok}${recordsText(row)}`, role: 'ok' };
  }
  if (row.waitUs !== null && row.waitUs >= waitShownUs) {
    return { text: `${glyphs.ok} waited ${formatDurationShort(row.waitUs)}`, role: 'ok' };
  }
  return { text: glyphs.ok, role: 'ok' };
}

function recordsText(row: ExchangeRow): string {
  return row.recordsCount === null ? '' : ` ${formatCount(row.recordsCount)} rec`;
}
