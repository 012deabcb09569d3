/** Reads one hostile capture, as `analyze` would, in a process of its own, and says how it ended and what it took. */
import { Readable } from 'node:stream';
import { readCapture } from '../../src/capture/source.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { hostileCaptures } from './hostile-captures.ts';

const make = hostileCaptures[process.argv[2] ?? ''];
if (make === undefined) throw new Error('which capture?');
const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false });
const startedMs = performance.now();
let said = '';
try {
  const stdin = Readable.from(make(), { objectMode: true, highWaterMark: 1 });
  const stats = await readCapture({ path: '-', stdin }, (input) => session.receive(input));
  said =
    stats.damage?.message ??
    JSON.stringify({ limits: stats.limitsReached, skipped: stats.skippedPackets, packets: stats.packets });
} catch (error) {
  said = `${error instanceof Error ? `${error.name} ${error.message}` : error}`;
}
// ru_maxrss is in KiB on Linux, as Node gives it.
const residentMebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ said, residentMebibytes, tookMs: Math.round(performance.now() - startedMs) }));
