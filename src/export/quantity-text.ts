/** Whole numbers with thousands separated; `?` when unknown. */
export function countText(count: number | null): string {
  if (count === null) return '?';
  // By hand: the first `toLocaleString` of a process loads locale data for 10 ms.
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Bytes in decimal units with three significant digits. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return '?';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${units[unit]}`;
}

/** A duration in the unit that reads best: `812 µs`, `4.21 ms`, `2.9 s`, `3m 20s`. */
export function durationText(durationUs: number | null): string {
  if (durationUs === null) return '?';
  if (durationUs < 1000) return `${Math.round(durationUs)} µs`;
  if (durationUs < 1_000_000) return `${threeDigits(durationUs / 1000)} ms`;
  if (durationUs < 120_000_000) return `${threeDigits(durationUs / 1_000_000)} s`;
  const seconds = Math.round(durationUs / 1_000_000);
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}

/** A part of a whole in percent; `?` when there is no whole. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '?';
  const percent = (100 * part) / whole;
  return percent === 0 || percent >= 10 ? `${Math.round(percent)} %` : `${percent.toFixed(percent < 0.1 ? 2 : 1)} %`;
}

/** A point in time, UTC, with milliseconds. */
export function timeText(atUs: number): string {
  return new Date(atUs / 1000).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
