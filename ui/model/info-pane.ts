import type { DetailSnapshot } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { wrapText } from './empty-state.ts';
import { formatCount, formatDuration, formatSize } from './format.ts';
import { type Line, line, type Role, type Run } from './line.ts';
import { messageOf, sideOf, spanAt } from './tree.ts';
import type { UiState } from './ui-state.ts';

const labelColumns = 10;

/** What stands below the bytes: the selected field, the timing, the errors and whose exchange it is. */
export function infoLines(state: UiState, width: number, count: number): Line[] {
  const { snapshot } = state.detail;
  if (snapshot === null || count <= 0) return [];
  const lines = [
    ...selectedLines(state, snapshot, width),
    ...errorLines(state, snapshot, width),
    ...timingLines(snapshot, width),
    ...originLines(state, snapshot, width),
  ];
  return lines.slice(0, count);
}

/** A labelled fact, its text wrapped; the label stands on the first row only. */
function fact(label: string, text: string, width: number, role: Role = 'plain'): Line[] {
  return wrapText(text, Math.max(10, width - labelColumns)).map((row, index): Line => {
    const head: Run = { text: (index === 0 ? label : '').padEnd(labelColumns), role: 'muted' };
    return [head, { text: row, role }];
  });
}

function selectedLines(state: UiState, snapshot: DetailSnapshot, width: number): Line[] {
  const { ascii } = state.glyphs;
  const { treeCursor } = state.detail;
  const message = messageOf(snapshot, sideOf(treeCursor));
  const span = spanAt(message, treeCursor);
  if (span === null) {
    const omitted =
      message === null || message.bytesOmitted === 0 ? '' : `, ${formatSize(message.bytesOmitted)} more not kept here`;
    const text =
      message === null ? `no ${treeCursor}` : `whole ${sideOf(treeCursor)}, ${formatSize(message.sizeBytes)}${omitted}`;
    return fact('selected', text, width);
  }
  const size = span.end - span.start;
  const bytes = `${formatCount(size)} ${size === 1 ? 'byte' : 'bytes'}`;
  const where = `${span.type}  offset 0x${span.start.toString(16)}  ${bytes}`;
  return [...fact('selected', printable(span.path, ascii), width, 'strong'), ...fact('', where, width)];
}

function errorLines(state: UiState, snapshot: DetailSnapshot, width: number): Line[] {
  const { ascii } = state.glyphs;
  const lines: Line[] = [];
  for (const error of snapshot.errors) {
    const said = error.message === null ? '' : `: ${printable(error.message, ascii)}`;
    lines.push(...fact('error', `${error.code} ${error.name}${said}`, width, 'error'));
    lines.push(...fact('', printable(error.meaning, ascii), width));
  }
  const more = snapshot.row.errorCount - snapshot.errors.length;
  if (more > 0) lines.push(...fact('', `and ${formatCount(more)} more error codes in the response`, width, 'error'));
  return lines;
}

function timingLines(snapshot: DetailSnapshot, width: number): Line[] {
  const { timing, row } = snapshot;
  if (timing.latencyUs === null) {
    const why = row.status === 'in-flight' ? 'not answered yet' : `no latency: ${row.status}`;
    return [...fact('timing', why, width), ...transferLine(snapshot, width)];
  }
  const parts: string[] = [];
  if (timing.queuedUs !== null) parts.push(`queued ${formatDuration(timing.queuedUs)}`);
  if (timing.brokerUs !== null) parts.push(`broker ${formatDuration(timing.brokerUs)}`);
  if (timing.waitUs !== null) parts.push(`wait ${formatDuration(timing.waitUs)}`);
  const sum = parts.length === 0 ? '' : ` = ${parts.join(' + ')}`;
  return [...fact('timing', `${formatDuration(timing.latencyUs)}${sum}`, width), ...transferLine(snapshot, width)];
}

function transferLine(snapshot: DetailSnapshot, width: number): Line[] {
  const { timing } = snapshot;
  const parts: string[] = [];
  if (timing.requestTransferUs !== null) parts.push(`request transfer ${formatDuration(timing.requestTransferUs)}`);
  if (timing.responseTransferUs !== null) parts.push(`response ${formatDuration(timing.responseTransferUs)}`);
  if (timing.proxyUs !== null) parts.push(`proxy ${formatDuration(timing.proxyUs)}`);
  if (timing.throttleUs !== null) parts.push(`throttle ${formatDuration(timing.throttleUs)}`);
  return parts.length === 0 ? [] : fact('', parts.join('  '), width);
}

function originLines(state: UiState, snapshot: DetailSnapshot, width: number): Line[] {
  const { ascii } = state.glyphs;
  const { row, records } = snapshot;
  const lines: Line[] = [];
  if (records !== null) {
    const codecs = records.codecs.length === 0 ? '' : `, ${records.codecs.join(' ')}`;
    const batches = `${formatCount(records.batches)} ${records.batches === 1 ? 'batch' : 'batches'}`;
    const text = `${formatCount(records.count)} in ${batches}${codecs}, ${formatSize(records.bytes)}`;
    const omitted = snapshot.partitionsOmitted;
    const more = omitted === 0 ? '' : `, without those of ${formatCount(omitted)} more partitions`;
    lines.push(...fact('records', `${text}${more}`, width));
  }
  const software =
    snapshot.software === null ? 'software not seen' : `${snapshot.software} ${snapshot.softwareVersion ?? ''}`;
  lines.push(...fact('client', printable(`${software.trim()}  ${row.client}`, ascii), width));
  const security = [
    snapshot.tls ?? 'no TLS',
    snapshot.saslMechanism === null ? 'no SASL seen' : `SASL ${snapshot.saslMechanism}`,
    snapshot.principal === null ? '' : `principal ${snapshot.principal}`,
  ].filter((part) => part !== '');
  lines.push(...fact('broker', printable(`${row.broker}  ${security.join('  ')}`, ascii), width));
  return lines;
}

/** A row that says why there is nothing to see in the detail panes; null when there is. */
export function missingDetail(state: UiState): Line | null {
  const { snapshot, goneSeq } = state.detail;
  if (snapshot !== null) return null;
  if (goneSeq !== null) return line(`  #${goneSeq} is no longer in the history: the memory limit dropped it`, 'warn');
  return line('  no exchange selected');
}
