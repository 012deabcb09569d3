import type { ReplayClockFace } from '../../src/store/snapshot.ts';

const second = 1_000_000;
const unitUs: Readonly<Record<string, number>> = { ms: 1_000, s: second, m: 60 * second, h: 3_600 * second };
const dayUs = 86_400 * second;

/**
 * Where a person wants to go in a capture: `14:02:11.5` (the first such time of day at or behind the capture's
 * beginning), `+30s`, `-2m` from here, `50%` of it. A sentence when the text says no such place.
 */
export function seekTarget(
  text: string,
  clock: ReplayClockFace | null,
  utc: boolean,
): { readonly toUs: number } | string {
  const { fromUs = null, atUs = null, toUs = null } = clock ?? {};
  if (fromUs === null) return 'the capture has not begun yet';
  const typed = text.trim();
  const relative = /^([+-])(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(typed);
  if (relative !== null) {
    const byUs = Math.round(Number(relative[2]) * (unitUs[relative[3] ?? ''] ?? 0));
    return { toUs: Math.max(fromUs, (atUs ?? fromUs) + (relative[1] === '-' ? -byUs : byUs)) };
  }
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)\s?%$/.exec(typed);
  if (percent !== null) {
    if (toUs === null) return 'how long the capture is shows only once it was read to its end';
    return { toUs: Math.round(fromUs + ((toUs - fromUs) * Math.min(100, Number(percent[1]))) / 100) };
  }
  return timeOfDay(typed, fromUs, utc) ?? 'write a time such as 14:02:11, +30s, -2m or 50%';
}

function timeOfDay(typed: string, fromUs: number, utc: boolean): { readonly toUs: number } | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/.exec(typed);
  if (match === null) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const day = new Date(fromUs / 1000);
  const ms = utc
    ? Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hours, minutes, seconds)
    : new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes, seconds).getTime();
  const onThatDayUs = ms * 1000 + Number((match[4] ?? '').padEnd(6, '0'));
  const spanUs = match[3] === undefined ? 60 * second : second;
  // A capture over midnight: the time of day may be the next day's.
  return { toUs: onThatDayUs + spanUs <= fromUs ? onThatDayUs + dayUs : Math.max(fromUs, onThatDayUs) };
}
