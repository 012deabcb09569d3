import { Histogram } from './histogram.ts';
import type { PathFacts } from './path-facts.ts';

/** Is the proxy innocent? One sentence for a person, and how loud it has to be said. */
export interface PathVerdict {
  /** `innocent`: every ended connection added up; `guilty`: one did not; `open`: none has ended yet, or no byte passed. */
  readonly kind: 'innocent' | 'guilty' | 'open';
  readonly sentence: string;
}

/** Whether the proxy changed anything but what it declares. */
export function pathVerdict(facts: PathFacts): PathVerdict {
  if (facts.unbalanced > 0) {
    return {
      kind: 'guilty',
      sentence: `BYTES DO NOT ADD UP on ${facts.unbalanced} of ${facts.audited} ended connections: the proxy lost or added bytes there. Do not trust it; please report this.`,
    };
  }
  if (facts.bytes.fromClient + facts.bytes.fromBroker === 0) {
    return { kind: 'open', sentence: 'no byte has passed yet' };
  }
  const changes = rewriteWords(facts);
  const unchanged = changes === '' ? 'nothing was changed' : `nothing was changed but: ${changes}`;
  return facts.audited === 0
    ? { kind: 'open', sentence: `${unchanged}; no sum was checked yet, that is done when a connection ends` }
    : { kind: 'innocent', sentence: `${unchanged}; ${ended(facts.audited)}` };
}

function ended(audited: number): string {
  return audited === 1
    ? 'the one connection that ended adds up to the byte'
    : `all ${audited} ended connections add up to the byte`;
}

/** The declared changes, most frequent first; empty when there were none. */
export function rewriteWords({ rewrites, rewriteDeltaBytes }: PathFacts): string {
  const kinds = Object.entries(rewrites)
    .filter(([, count]) => count > 0)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} × ${kind.replaceAll('-', ' ')}`);
  if (kinds.length === 0) return '';
  const delta = rewriteDeltaBytes === 0 ? '' : ` (${rewriteDeltaBytes > 0 ? '+' : ''}${rewriteDeltaBytes} bytes)`;
  return `${kinds.join(', ')}${delta}`;
}

/** The share of frames that were looked at, 0 … 1; null while there were none. */
export function inspectedShare({ inspectedFrames, skippedFrames }: PathFacts): number | null {
  const all = inspectedFrames + skippedFrames;
  return all === 0 ? null : inspectedFrames / all;
}

/** The time the proxy adds, as percentiles in microseconds; null while nothing was measured. */
export interface AddedTime {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** Percentiles of the time added; null while nothing was measured. */
export function addedTime({ addedUs }: PathFacts): AddedTime | null {
  const histogram = Histogram.load(addedUs);
  if (histogram === null || histogram.count === 0) return null;
  return {
    count: histogram.count,
    p50Us: histogram.percentile(0.5) ?? 0,
    p99Us: histogram.percentile(0.99) ?? 0,
    p999Us: histogram.percentile(0.999) ?? 0,
    maxUs: histogram.max,
  };
}

/** The whole as one sentence, for a log's last line. */
export function pathSentence(facts: PathFacts): string {
  const { bytes } = facts;
  const added = addedTime(facts);
  const share = inspectedShare(facts);
  const parts = [
    pathVerdict(facts).sentence,
    `${bytes.fromClient} bytes from clients, ${bytes.toBroker} to brokers, ${bytes.fromBroker} from brokers, ${bytes.toClient} to clients`,
    added === null
      ? 'the time added was not measured'
      : `the proxy added ${added.p50Us} µs (p50), ${added.p99Us} µs (p99), ${added.maxUs} µs at most`,
    share === null
      ? 'no frame was seen'
      : share === 1
        ? 'every frame was looked at'
        : `${facts.skippedFrames} frames (${facts.skippedBytes} bytes) passed without being looked at`,
  ];
  return `${parts.join('; ')}.`;
}
