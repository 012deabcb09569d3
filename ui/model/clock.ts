import { formatDuration, twoDigits } from './format.ts';

/** How the TIME column tells the time; `t` goes through them. */
export type TimeFormat = 'local' | 'utc' | 'since-start' | 'delta';

/** The order in which `t` goes through the formats, with the words for the status line. */
export const timeFormats: readonly { readonly name: TimeFormat; readonly title: string; readonly words: string }[] = [
  { name: 'local', title: 'TIME', words: 'local time of day' },
  { name: 'utc', title: 'TIME UTC', words: 'UTC time of day' },
  { name: 'since-start', title: 'SINCE START', words: 'time since the first exchange of this run' },
  { name: 'delta', title: 'DELTA', words: 'time since the row above' },
];

/** The format after `format`. */
export function nextTimeFormat(format: TimeFormat): TimeFormat {
  const at = timeFormats.findIndex((entry) => entry.name === format);
  return timeFormats[(at + 1) % timeFormats.length]?.name ?? 'local';
}

/** Heading of the TIME column. */
export function timeTitle(format: TimeFormat): string {
  return timeFormats.find((entry) => entry.name === format)?.title ?? 'TIME';
}

/** Time of day with milliseconds, `14:02:11.203`; local unless `utc`. */
export function formatClock(atUs: number, utc: boolean): string {
  const date = new Date(Math.floor(atUs / 1000));
  if (Number.isNaN(date.getTime())) return '?';
  const hours = utc ? date.getUTCHours() : date.getHours();
  const minutes = utc ? date.getUTCMinutes() : date.getMinutes();
  const seconds = utc ? date.getUTCSeconds() : date.getSeconds();
  const millis = date.getUTCMilliseconds().toString().padStart(3, '0');
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}.${millis}`;
}

/** The TIME cell of a row; `previousUs` is the row above, null on the first. */
export function formatTime(atUs: number, format: TimeFormat, startedAtUs: number, previousUs: number | null): string {
  switch (format) {
    case 'local':
      return formatClock(atUs, false);
    case 'utc':
      return formatClock(atUs, true);
    case 'since-start':
      return formatSeconds(atUs - startedAtUs);
    case 'delta':
      return previousUs === null ? '' : signed(atUs - previousUs);
    default:
      return format satisfies never;
  }
}

function formatSeconds(us: number): string {
  return `${us < 0 ? '-' : ''}${(Math.abs(us) / 1e6).toFixed(3)} s`;
}

function signed(us: number): string {
  // Rows stand in order of their first byte; a step back means that two clocks or captures were merged.
  return us < 0 ? `-${formatDuration(-us)}` : `+${formatDuration(us)}`;
}
