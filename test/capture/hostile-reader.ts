/** Reads a capture from standard input, as `analyze -` would, and says how it ended and what memory it took. */
import { readCapture } from '../../src/capture/source.ts';
import { keepHeapSmall } from '../../src/runtime/heap-growth.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';

keepHeapSmall();
const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false });
let said = '';
try {
  const stats = await readCapture({ path: '-', stdin: process.stdin }, (input) => session.receive(input));
  const { limitsReached, skippedPackets, packets } = stats;
  said = stats.damage?.message ?? JSON.stringify({ limitsReached, skippedPackets, packets });
} catch (error) {
  said = error instanceof Error ? `${error.name} ${error.message}` : String(error);
}
// Node gives ru_maxrss in KiB.
console.log(JSON.stringify({ said, residentMebibytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
