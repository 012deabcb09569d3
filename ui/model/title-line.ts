import type { TitleSnapshot } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { formatCount, formatDurationShort, formatElapsed, formatMemory, formatShare, formatShort } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { cutLine, type Line, type Role, type Run } from './line.ts';
import { textWidth } from './text-width.ts';
import { speedText } from './update-replay.ts';

interface Part {
  readonly text: string;
  readonly role: Role;
  /** Parts of the highest number leave first when the terminal is narrow. */
  readonly rank: number;
}

/** The first row: what is watched, since when, and the figures that say whether something is wrong. */
export function titleLine(title: TitleSnapshot | null, glyphs: Glyphs, columns: number): Line {
  const parts = title === null ? [{ text: 'starting', role: 'plain' as const, rank: 0 }] : titleParts(title, glyphs);
  const kept = [...parts];
  while (widthOf(kept) > columns && kept.some((part) => part.rank > 1)) {
    const worst = Math.max(...kept.map((part) => part.rank));
    kept.splice(
      kept.findIndex((part) => part.rank === worst),
      1,
    );
  }
  const runs: Run[] = [{ text: ' kafka-scope', role: 'strong' }];
  for (const part of kept) runs.push({ text: `  ${part.text}`, role: part.role });
  return cutLine(runs, columns, glyphs.ellipsis);
}

function widthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + 2 + textWidth(part.text), ' kafka-scope'.length);
}

function titleParts(title: TitleSnapshot, glyphs: Glyphs): Part[] {
  const source = printable(title.source.replaceAll('→', glyphs.arrow), glyphs.ascii);
  const parts: Part[] = [
    { text: `${title.mode} ${source}`, role: 'plain', rank: 1 },
    ...alarms(title, glyphs),
    ...findingsPart(title),
    runningPart(title, glyphs),
    { text: `${formatCount(title.exchanges)} exch`, role: 'plain', rank: 1 },
    { text: `${formatShort(title.requestsPerSecond)}/s`, role: 'plain', rank: 2 },
    { text: `p99 ${formatDurationShort(title.p99Us)}`, role: 'plain', rank: 3 },
    { text: `err ${formatShare(title.errorShare)}`, role: (title.errorShare ?? 0) > 0 ? 'error' : 'plain', rank: 2 },
    { text: `${formatCount(title.connections)} conn`, role: 'plain', rank: 6 },
    {
      text: `mem ${formatMemory(title.historyBytes)} of ${formatMemory(title.historyBytesMax)}`,
      role: 'plain',
      rank: 5,
    },
  ];
  if (title.recording !== undefined) parts.push(recordingPart(title.recording));
  if (title.droppedExchanges > 0) {
    const share = `dropped ${formatCount(title.droppedExchanges)} of ${formatCount(title.exchanges)}`;
    parts.push({ text: share, role: 'warn', rank: 4 });
  }
  return parts;
}

/** What `--record` does: how much is in the file, and loudly what is not. */
function recordingPart({ bytes, dropped, stopped }: NonNullable<TitleSnapshot['recording']>): Part {
  if (stopped !== null) return { text: 'recording stopped', role: 'error', rank: 1 };
  const size = `file ${formatMemory(bytes)}`;
  if (dropped === 0) return { text: size, role: 'ok', rank: 4 };
  return { text: `${size}, ${formatCount(dropped)} lost`, role: 'warn', rank: 2 };
}

/** What does not work, wherever the person looks; screen 4 says it in full. */
function findingsPart({ findings }: TitleSnapshot): Part[] {
  if (findings === undefined || findings.errors + findings.warnings === 0) return [];
  const count = findings.errors > 0 ? findings.errors : findings.warnings;
  const words = `${formatCount(count)} ${count === 1 ? 'finding' : 'findings'} (4)`;
  return [{ text: words, role: findings.errors > 0 ? 'error' : 'warn', rank: 3 }];
}

/** What makes every other figure doubtful: it stays on the narrowest terminal. */
function alarms(title: TitleSnapshot, glyphs: Glyphs): Part[] {
  const parts: Part[] = [];
  const unbalanced = title.unbalancedConnections ?? 0;
  if (unbalanced > 0) {
    parts.push({
      text: `${glyphs.bad} BYTES DO NOT ADD UP (${formatCount(unbalanced)} conn, 3)`,
      role: 'error',
      rank: 1,
    });
  }
  const share = title.inspectedShare ?? 1;
  if (share < 1) parts.push({ text: `${glyphs.warn} looking at ${formatShare(share)}`, role: 'error', rank: 1 });
  return parts;
}

function runningPart(title: TitleSnapshot, glyphs: Glyphs): Part {
  const replay = title.replay ?? null;
  if (replay !== null && (!replay.playing || replay.speed !== Number.POSITIVE_INFINITY)) {
    const elapsed = formatElapsed(replay.atUs === null || replay.fromUs === null ? 0 : replay.atUs - replay.fromUs);
    const whole =
      replay.toUs === null || replay.fromUs === null ? '' : ` of ${formatElapsed(replay.toUs - replay.fromUs)}`;
    const state = replay.playing ? `playing ${speedText(replay.speed)}` : 'PAUSED';
    return { text: `${state} ${elapsed}${whole}`, role: replay.playing ? 'ok' : 'warn', rank: 1 };
  }
  if (title.reading !== null) {
    const { readBytes, totalBytes } = title.reading;
    const done =
      totalBytes === null || totalBytes === 0 ? formatMemory(readBytes) : formatShare(readBytes / totalBytes);
    return { text: `reading ${done}`, role: 'accent', rank: 2 };
  }
  if (title.finished) return { text: 'ended', role: 'strong', rank: 2 };
  const elapsed = formatElapsed(title.nowUs - title.startedAtUs);
  return { text: `${glyphs.record} REC ${elapsed}`, role: 'ok', rank: 4 };
}
