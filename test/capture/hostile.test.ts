import { describe, expect, it } from 'vitest';
import { runCommand } from '../kafka/process.ts';
import { hostileCaptures } from './hostile-captures.ts';

const reader = new URL('./hostile-reader.ts', import.meta.url).pathname;
const writer = new URL('./hostile-writer.ts', import.meta.url).pathname;
const timeoutMs = 300_000;

/** More than any of them takes, and less than a machine in trouble has: CONTRACT's bound for captures of any size. */
const residentMebibytesMax = 512;

/** What a capture must be told of, where that is not what the packets themselves amount to. */
const sentences: Readonly<Record<string, RegExp>> = {
  'a packet of 4 GiB': /byte 24 claims 4294967295 captured bytes/,
  'blocks that lie about their length': /byte 48 is damaged/,
  'a million interfaces': /more than 65536 interfaces/,
  'secrets by the hundred megabytes': /secretsBytesMax/,
  'a hundred thousand open Kafka connections': /connectionsMax/,
  'fifty thousand connections nobody can name': /undecidedBytesTotalMax/,
  'fifty thousand TLS handshakes that stop': /tlsHeldBytesMax/,
  'segments that overlap each other': /bufferedSegmentsPerStreamMax/,
  'segments far ahead of every window': /bufferedBytesMax/,
  'fragments of packets that never complete': /fragmentedPacketsMax/,
  'packets inside packets inside packets': /malformed-headers/,
};

describe('captures made to harm their reader are read to their end in bounded memory', () => {
  for (const name of Object.keys(hostileCaptures)) {
    it(name, { timeout: timeoutMs }, async () => {
      // A process of its own: the memory of this one is that of all tests before.
      const script = '"$0" "$1" "$3" | "$0" "$2"';
      const result = await runCommand('sh', ['-c', script, process.execPath, writer, reader, name], { timeoutMs });
      expect(result.code, result.stderr).toBe(0);
      const { said, residentMebibytes } = JSON.parse(result.stdout) as { said: string; residentMebibytes: number };
      expect(said).toMatch(sentences[name] ?? /./);
      expect(residentMebibytes).toBeLessThan(residentMebibytesMax);
    });
  }
});
