import { durationUnits } from './units.ts';

/** A time as a span of microseconds: `14:02` is a minute long, `-5m` an instant. */
export interface TimeSpan {
  readonly startUs: number;
  /** Exclusive. */
  readonly endUs: number;
}

/** Resolves a time literal at a moment: relative and clock times depend on now, dates do not. */
export type TimeLiteral = (nowUs: number) => TimeSpan;

const second = 1_000_000;
const clock = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?';
const clockOnly = new RegExp(`^${clock}$`);
const dated = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:T${clock}(Z|[+-]\\d{2}:\\d{2})?)?$`);
const relative = /^-(\d{1,9}(?:\.\d{1,6})?)(us|ms|s|m|h)$/;

/** Time of day and how exactly it was given, both in microseconds. */
interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly restUs: number;
  readonly precisionUs: number;
}

function clockTime(
  hour: string,
  minute: string,
  seconds: string | undefined,
  fraction: string | undefined,
): ClockTime | null {
  const time = {
    hour: Number(hour),
    minute: Number(minute),
    restUs: Number(seconds ?? 0) * second + Number((fraction ?? '').padEnd(6, '0')),
    precisionUs: seconds === undefined ? 60 * second : fraction === undefined ? second : 10 ** (6 - fraction.length),
  };
  return time.hour < 24 && time.minute < 60 && time.restUs < 60 * second ? time : null;
}

/**
 * Reads `14:02`, `14:02:11.203`, `2026-11-21`, `2026-11-21T14:02Z`, `-5m`; null for anything else. Times without a zone
 * are local, a time without a date is today's.
 */
export function parseTime(text: string): TimeLiteral | null {
  const ago = relative.exec(text);
  if (ago !== null) {
    const agoUs = Math.round(Number(ago[1]) * (durationUnits[ago[2] ?? ''] ?? 0));
    return (nowUs) => ({ startUs: nowUs - agoUs, endUs: nowUs - agoUs + 1 });
  }
  const today = clockOnly.exec(text);
  if (today !== null) {
    const time = clockTime(today[1] ?? '', today[2] ?? '', today[3], today[4]);
    return time === null ? null : todayAt(time);
  }
  return parseDate(text);
}

function todayAt(time: ClockTime): TimeLiteral {
  let spanMinute = Number.NaN;
  let span: TimeSpan = { startUs: 0, endUs: 0 };
  return (nowUs) => {
    // Asked once per exchange; the calendar is only asked again when the minute changes.
    const minute = Math.floor(nowUs / (60 * second));
    if (minute !== spanMinute) {
      spanMinute = minute;
      const now = new Date(nowUs / 1000);
      const date = new Date(now.getFullYear(), now.getMonth(), now.getDate(), time.hour, time.minute);
      span = spanFrom(date.getTime() * 1000 + time.restUs, time.precisionUs);
    }
    return span;
  };
}

function parseDate(text: string): TimeLiteral | null {
  const found = dated.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, seconds, fraction, zone] = found;
  const time = hour === undefined ? null : clockTime(hour, minute ?? '', seconds, fraction);
  if (hour !== undefined && time === null) return null;
  const numbers = [Number(year), Number(month) - 1, Number(day), time?.hour ?? 0, time?.minute ?? 0] as const;
  const calendar = new Date(Date.UTC(numbers[0], numbers[1], numbers[2]));
  // Date rolls 31 April over to 1 May; nobody means that.
  if (calendar.getUTCMonth() !== numbers[1] || calendar.getUTCDate() !== numbers[2]) return null;
  const ms = zone === undefined ? new Date(...numbers).getTime() : Date.UTC(...numbers) - zoneMs(zone);
  if (time === null) {
    const next = new Date(numbers[0], numbers[1], numbers[2] + 1).getTime();
    return always({ startUs: ms * 1000, endUs: next * 1000 });
  }
  return always(spanFrom(ms * 1000 + time.restUs, time.precisionUs));
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function spanFrom(startUs: number, precisionUs: number): TimeSpan {
  return { startUs, endUs: startUs + precisionUs };
}

function always(span: TimeSpan): TimeLiteral {
  return () => span;
}
