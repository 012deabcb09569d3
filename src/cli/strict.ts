import { losesTraffic } from '../export/limit-sentence.ts';
import type { RunningSource } from '../runtime/source.ts';

/** `--strict`: true when any part of the input could not be read or decoded. */
export function isPartlyUnread(source: RunningSource): boolean {
  const stats = source.captureStats?.() ?? null;
  const { summary } = source.session;
  const skipped = Object.values(stats?.skippedPackets ?? {}).some((count) => count > 0);
  const undecoded = (summary.opaque.malformed ?? 0) + (summary.opaque.truncated ?? 0);
  const beyondLimits = Object.keys(summary.limitsReached).some(losesTraffic);
  return stats?.truncated === true || skipped || summary.gaps > 0 || undecoded > 0 || beyondLimits;
}
