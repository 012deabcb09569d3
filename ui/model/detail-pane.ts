import { printable } from '../../src/wire/printable.ts';
import { formatDuration, formatSize } from './format.ts';
import type { Geometry } from './geometry.ts';
import { hexLines } from './hex.ts';
import { hiddenBytes } from './hidden-bytes.ts';
import { highlightOf, shownBytes } from './highlight.ts';
import { infoLines, missingDetail } from './info-pane.ts';
import { blank, fitLine, type Line, line, type Run } from './line.ts';
import { apiText } from './list-columns.ts';
import { resultOf } from './result-cell.ts';
import { textWidth } from './text-width.ts';
import { sideOf } from './tree.ts';
import { treeLines } from './tree-pane.ts';
import { shownNowUs, type UiState } from './ui-state.ts';

/** The detail area: heading, then tree and bytes side by side (or the one of them that is zoomed). */
export function detailLines(state: UiState, layout: Geometry): Line[] {
  if (layout.detailRows <= 0) return [];
  const rows = layout.detailRows - 1;
  const heading = headingLine(state);
  const missing = missingDetail(state);
  if (missing !== null) return filled([heading, missing], layout.detailRows);
  if (layout.hexColumns === 0)
    return filled([heading, ...treeLines(state, layout.treeColumns, rows)], layout.detailRows);
  const right = filled([...bytesLines(state, layout), ...infoLines(state, layout.hexColumns, layout.infoRows)], rows);
  if (layout.treeColumns === 0) return [heading, ...right];
  const left = treeLines(state, layout.treeColumns, rows);
  return [heading, ...right.map((bytes, index) => joined(state, left[index] ?? blank, bytes, layout.treeColumns))];
}

function joined(state: UiState, left: Line, right: Line, leftColumns: number): Line {
  const { glyphs } = state;
  return [...fitLine(left, leftColumns, glyphs.ellipsis), { text: ` ${glyphs.vertical} `, role: 'muted' }, ...right];
}

/** The bytes pane, always of its full height, so that what stands below does not jump. */
function bytesLines(state: UiState, layout: Geometry): Line[] {
  const shown = shownBytes(state);
  const { detail } = state;
  if (shown === null || detail.snapshot === null)
    return filled([line('no bytes: this side was not seen')], layout.hexRows);
  const highlight = highlightOf(detail);
  const lines = hexLines(
    {
      bytes: shown.bytes,
      bytesPerLine: layout.bytesPerLine,
      highlight: highlight === null ? null : [highlight.start, highlight.end],
      cursor: detail.pane === 'hex' ? detail.byte : null,
      hidden: state.payloadShown ? [] : hiddenBytes(detail.snapshot, sideOf(detail.treeCursor)),
      glyphs: state.glyphs,
    },
    detail.hexTop,
    layout.hexRows,
  );
  return filled(lines, layout.hexRows);
}

function filled(lines: readonly Line[], rows: number): Line[] {
  const all = lines.slice(0, rows);
  while (all.length < rows) all.push(blank);
  return all;
}

/** `─ #48196 Produce v11 → broker 1 ─ req 11.9 KB ─ …`: which exchange the panes show. */
function headingLine(state: UiState): Line {
  const { glyphs, columns } = state;
  const row = state.detail.snapshot?.row ?? null;
  const runs: Run[] = [{ text: `${glyphs.horizontal} `, role: 'muted' }];
  if (row !== null) {
    const version = row.apiVersion === null ? '' : ` v${row.apiVersion}`;
    const broker = row.nodeId === null ? printable(row.broker, glyphs.ascii) : `broker ${row.nodeId}`;
    const result = resultOf(row, glyphs, shownNowUs(state));
    runs.push({ text: `#${row.seq} ${apiText(row)}${version} ${glyphs.arrow} ${broker}`, role: 'strong' });
    const parts = [
      ...(row.latencyUs === null ? [] : [formatDuration(row.latencyUs)]),
      `req ${formatSize(row.requestSizeBytes)}`,
      `res ${formatSize(row.responseSizeBytes)}`,
      `conn ${row.connection} ${printable(row.client, glyphs.ascii)}`,
      `corr ${row.correlationId ?? '?'}`,
    ];
    runs.push({ text: ` ${glyphs.horizontal} `, role: 'muted' }, { text: result.text, role: result.role });
    for (const part of parts) {
      runs.push({ text: ` ${glyphs.horizontal} `, role: 'muted' }, { text: part, role: 'plain' });
    }
    runs.push({ text: ' ', role: 'muted' });
  }
  const used = runs.reduce((sum, run) => sum + textWidth(run.text), 0);
  if (used < columns) runs.push({ text: glyphs.horizontal.repeat(columns - used), role: 'muted' });
  return runs;
}
