/** Shown where a figure is not known; never 0. */
export const unknown = '?';

/** `48,210`; the same in every locale, because it is read next to other tools' output. */
export function formatCount(value: number): string {
  const digits = Math.trunc(Math.abs(value)).toString();
  let grouped = '';
  for (let at = 0; at < digits.length; at += 1) {
    if (at > 0 && (digits.length - at) % 3 === 0) grouped += ',';
    grouped += digits[at] ?? '';
  }
  return value < 0 ? `-${grouped}` : grouped;
}

/** `3.1k`, `12k`, `1.2M`: at most five characters. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return unknown;
  const size = Math.abs(value);
  if (size >= 999.5e9) return value.toExponential(0).replace('+', '');
  if (size < 9.95) return (Math.round(value * 10) / 10).toString();
  if (size < 999.5) return Math.round(value).toString();
  if (size < 999_500) return `${scaled(value / 1e3)}k`;
  if (size < 999_500_000) return `${scaled(value / 1e6)}M`;
  return `${scaled(value / 1e9)}G`;
}

function scaled(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : Math.round(value).toString();
}

/** A duration for a table cell: `0.9 ms`, `812.0 ms`, `2.9 s`, `4m 05s`, `3h 20m`. */
export function formatDuration(us: number | null): string {
  if (us === null || !Number.isFinite(us)) return unknown;
  if (us > 0 && us < 50) return '<0.1 ms';
  if (us < 999_950) return `${(us / 1000).toFixed(1)} ms`;
  if (us < 59_950_000) return `${(us / 1e6).toFixed(1)} s`;
  const seconds = Math.round(us / 1e6);
  if (seconds < 3600) return `${Math.trunc(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  return `${Math.trunc(seconds / 3600)}h ${twoDigits(Math.trunc((seconds % 3600) / 60))}m`;
}

/** A duration inside a sentence, without needless decimals: `499 ms`, `2.9 s`. */
export function formatDurationShort(us: number | null): string {
  if (us === null || !Number.isFinite(us)) return unknown;
  if (us >= 9_950 && us < 999_500) return `${Math.round(us / 1000)} ms`;
  return formatDuration(us);
}

/** Milliseconds as a bare number for a column headed `ms`. */
export function formatMs(us: number | null): string {
  if (us === null || !Number.isFinite(us)) return unknown;
  if (us > 0 && us < 50) return '<0.1';
  if (us < 9_999_500) return (us / 1000).toFixed(us < 999_950 ? 1 : 0);
  return formatCount(Math.round(us / 1000));
}

/** Bytes of traffic in decimal units: `412 B`, `12.4 KB`. */
export function formatSize(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return unknown;
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} KB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Bytes of memory in binary units, since the limit is given so: `64 MiB`. */
export function formatMemory(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KiB`;
  if (bytes < 1024 ** 3) return `${scaled(bytes / 1024 ** 2)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

/** `0.4%`, `52%`, `<0.1%`; a share is 0…1. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return unknown;
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '<0.1%';
  if (percent > 99.9 && percent < 100) return '>99.9%';
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.round(percent)}%`;
}

/** `00:14:07` since the start; days are counted in hours. */
export function formatElapsed(us: number): string {
  const seconds = Math.max(0, Math.trunc(us / 1e6));
  const hours = Math.trunc(seconds / 3600);
  return `${twoDigits(hours)}:${twoDigits(Math.trunc((seconds % 3600) / 60))}:${twoDigits(seconds % 60)}`;
}

/** A number with at least two digits. */
export function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}
