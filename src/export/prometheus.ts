import type { HistogramPoint, MetricFamily } from './metric-families.ts';

/** Media type of the text format (Prometheus exposition formats, version 0.0.4). */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Characters after which a piece is handed out, so that whoever renders can let others work in between. */
const pieceCharacters = 16_384;

/** Metrics in the Prometheus text format, in pieces; together they are one scrape. */
export function* prometheusText(families: readonly MetricFamily[]): Generator<string, void, undefined> {
  let piece = '';
  for (const family of families) {
    piece += `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.kind}\n`;
    for (const point of family.points) {
      const labels = labelText(family.labelNames, point.labels);
      if ('counts' in point) piece += histogramText(family, labels, point);
      else piece += `${family.name}${braced(labels)} ${numberText(point.value)}\n`;
      if (piece.length >= pieceCharacters) {
        yield piece;
        piece = '';
      }
    }
  }
  if (piece !== '') yield piece;
}

function histogramText(family: MetricFamily, labels: string, point: HistogramPoint): string {
  const { name } = family;
  const bounds = family.kind === 'histogram' ? family.bounds : [];
  const before = labels === '' ? '' : `${labels},`;
  let text = '';
  let count = 0;
  for (const [at, bound] of bounds.entries()) {
    count += point.counts[at] ?? 0;
    text += `${name}_bucket{${before}le="${numberText(bound)}"} ${count}\n`;
  }
  count += point.counts[bounds.length] ?? 0;
  text += `${name}_bucket{${before}le="+Inf"} ${count}\n`;
  return `${text}${name}_sum${braced(labels)} ${numberText(point.sum)}\n${name}_count${braced(labels)} ${count}\n`;
}

function labelText(names: readonly string[], values: readonly string[]): string {
  let text = '';
  for (const [at, name] of names.entries()) {
    text += `${at === 0 ? '' : ','}${name}="${escapeLabel(values[at] ?? '')}"`;
  }
  return text;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

/** The text of a number as Go's ParseFloat reads it. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

const escapes = /[\\"\n]/g;

function escapeLabel(value: string): string {
  return value.replace(escapes, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
