import type { MetricsSnapshot, SecondFigures } from '../../src/metrics/metrics-snapshot.ts';
import { formatMs, formatShort } from './format.ts';
import type { Role } from './line.ts';
import { overviewRows } from './overview-rows.ts';

/** A line of a chart: one value a point, null where nothing is known. */
export interface ChartSeries {
  readonly name: string;
  readonly role: Role;
  readonly values: readonly (number | null)[];
  /** The newest value as text: no figure stands only in a curve. */
  readonly latest: string;
}

/** What a chart shows; a surface decides how. */
export interface ChartSpec {
  readonly title: string;
  /** Said after the title where there is room. */
  readonly note: string;
  readonly series: readonly ChartSeries[];
  /** Text under the time axis. */
  readonly span: string;
}

/** Series in one chart: more cannot be told apart. */
const apisCharted = 2;

/**
 * The two charts. `points` is how many values fit; seconds are joined so that a peak survives: the greatest of its
 * seconds for latencies, the mean for rates.
 */
export function overviewCharts(metrics: MetricsSnapshot, points: number, isOver: boolean): readonly ChartSpec[] {
  const seconds = wholeSeconds(metrics, isOver);
  const span = `-${spanText(metrics.seconds.length)} ... now`;
  const ms = (us: number | null) => (us === null ? null : us / 1000);
  return [
    { title: 'Requests/s', note: '', series: requestSeries(metrics, seconds, points), span },
    {
      title: 'Latency ms',
      note: '(waits excluded)',
      series: [
        {
          name: 'p99',
          role: 'accent',
          values: joinPoints(
            seconds.map((second) => ms(second.p99Us)),
            points,
            greatest,
          ),
          latest: formatMs(metrics.total.latency.p99Us),
        },
        {
          name: 'p50',
          role: 'second',
          values: joinPoints(
            seconds.map((second) => ms(second.p50Us)),
            points,
            greatest,
          ),
          latest: formatMs(metrics.total.latency.p50Us),
        },
      ],
      span,
    },
  ];
}

/** The seconds that are over: of a live run the last one is not, and would draw a cliff at the right edge. */
export function wholeSeconds(metrics: MetricsSnapshot, isOver: boolean): readonly SecondFigures[] {
  return isOver ? metrics.seconds : metrics.seconds.slice(0, -1);
}

function requestSeries(metrics: MetricsSnapshot, seconds: readonly SecondFigures[], points: number): ChartSeries[] {
  const roles: readonly Role[] = ['second', 'warn'];
  const all: ChartSeries = {
    name: 'all',
    role: 'accent',
    values: joinPoints(
      seconds.map((second) => second.requests),
      points,
      mean,
    ),
    latest: formatShort(metrics.total.rate10s),
  };
  const apis = overviewRows(metrics, 'api').slice(0, apisCharted);
  const byApi = apis.map((row, index): ChartSeries => {
    const key = row.figures === null ? -1 : Number(row.key);
    return {
      name: row.name,
      role: roles[index] ?? 'plain',
      values: joinPoints(
        seconds.map((second) => second.byApi[key] ?? 0),
        points,
        mean,
      ),
      latest: formatShort(row.figures?.rate10s ?? 0),
    };
  });
  return [all, ...byApi];
}

function spanText(seconds: number): string {
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** Values joined to at most `points` of them, each by `join` over its share. */
export function joinPoints(
  values: readonly (number | null)[],
  points: number,
  join: (part: readonly number[]) => number,
): (number | null)[] {
  if (points <= 0) return [];
  if (values.length <= points) return [...values];
  const joined: (number | null)[] = [];
  for (let at = 0; at < points; at += 1) {
    const start = Math.trunc((at * values.length) / points);
    const end = Math.max(start + 1, Math.trunc(((at + 1) * values.length) / points));
    const known = values.slice(start, end).filter((value): value is number => value !== null && Number.isFinite(value));
    joined.push(known.length === 0 ? null : join(known));
  }
  return joined;
}

/** The greatest of some values. */
export function greatest(values: readonly number[]): number {
  return Math.max(...values);
}

/** The mean of some values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
