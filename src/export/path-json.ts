import type { PathFacts } from '../metrics/path-facts.ts';
import { addedTime, pathVerdict } from '../metrics/path-verdict.ts';
import { apiName } from '../protocol/api-keys.ts';

/** What the data path did, for the `path` of a proxy's summary line: plain JSON, times in µs, sizes in bytes. */
export function pathJson(facts: PathFacts): unknown {
  const { kind, sentence } = pathVerdict(facts);
  const added = addedTime(facts);
  return {
    verdict: kind,
    sentence,
    bytes: facts.bytes,
    rewrites: facts.rewrites,
    rewriteDeltaBytes: facts.rewriteDeltaBytes,
    versionCaps: facts.versionCaps.map((cap) => ({ api: apiName(cap.apiKey), ...cap })),
    audited: facts.audited,
    unbalanced: facts.unbalanced,
    addedUs:
      added === null
        ? null
        : { count: added.count, p50: added.p50Us, p99: added.p99Us, p999: added.p999Us, max: added.maxUs },
    inspectedFrames: facts.inspectedFrames,
    skippedFrames: facts.skippedFrames,
    skippedBytes: facts.skippedBytes,
    refused: facts.refused,
  };
}
