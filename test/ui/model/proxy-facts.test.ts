import { describe, expect, it } from 'vitest';
import type { PathFacts } from '../../../src/metrics/path-facts.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { factLines } from '../../../ui/model/proxy-facts.ts';
import { fakePath } from '../../support/fake-path.ts';
import { pathFactsOf } from '../../support/metric-source.ts';

const request = { from: 0, count: 5, keep: null };

function lines(different: Partial<PathFacts> = {}, width = 80, glyphs = unicodeGlyphs) {
  const path = { ...fakePath(request), facts: pathFactsOf(different) };
  const rows = factLines(path, width, glyphs);
  for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(width);
  return rows;
}

function text(different: Partial<PathFacts> = {}, width = 80): string {
  return lines(different, width).map(lineText).join('\n');
}

describe('the facts of the path', () => {
  it('say in one look that the proxy is innocent', () => {
    expect(
      text()
        .split('\n')
        .map((row) => row.trimEnd()),
    ).toEqual([
      ' ✓ innocent: nothing was changed but: 12 × addresses rewritten, 3 × addresses',
      '   hidden (+36 bytes); all 9 ended connections add up to the byte',
      ' added      p50 80 µs  p99 11 ms  p99.9 11 ms  max 11 ms  by 10 messages',
      '            5 µs     ▄▄▇▇██▄▄▄▄  ▄▄    ▄▄       > 100 ms, logarithmic',
      ' bytes      to brokers 12.3 MB in = out   to clients 45.0 MB in + 36 B = out',
      ' changed    12 × addresses rewritten, 3 × addresses hidden (+36 bytes)',
      ' capped     no version: clients see every version the brokers offer',
      ' looked at  100% of 48,210 frames',
      ' left out   nothing',
      ' clients    1 handshake, 2 connecting, 37 open   given up: none   metrics http:…',
    ]);
  });

  it('are loud when a connection did not add up', () => {
    const [first] = lines({ unbalanced: 2 });
    expect(first?.[0]).toMatchObject({ role: 'error' });
    expect(lineText(first ?? [])).toMatch(/^ ✗ NOT INNOCENT: BYTES DO NOT ADD UP on 2 of 9/);
  });

  it('do not claim what nobody checked or measured', () => {
    const words = text({ audited: 0, addedUs: { buckets: [], max: 0 }, inspectedFrames: 0 });
    expect(words).toContain('? so far: nothing was changed but');
    expect(words).toContain('no sum');
    expect(words).toContain('added      not measured yet');
    expect(words).toContain('looked at  no frame yet');
  });

  it('say what passed unseen, in red', () => {
    const row = lines({ inspectedFrames: 40, skippedFrames: 60, skippedBytes: 1_200 }, 120)[7] ?? [];
    expect(lineText(row)).toBe(' looked at  40% of frames: 60 frames (1.2 KB) passed unseen, inspection was behind');
    expect(row.at(-1)?.role).toBe('error');
  });

  it('tell bytes on their way from bytes nobody declared', () => {
    const bytes = { fromClient: 2_000, toBroker: 1_000, fromBroker: 500, toClient: 510 };
    const words = text({ bytes, rewriteDeltaBytes: 0 }, 120);
    expect(words).toContain('to brokers 2.0 KB in, 1.0 KB out (1.0 KB on the way)');
    expect(words).toContain('to clients 500 B in, 510 B out (10 B more)');
  });

  it('list caps, losses, refusals and draining', () => {
    const words = text(
      {
        versionCaps: [{ apiKey: 1, offeredMax: 19, cappedMax: 18, count: 3 }],
        refused: { 'max-connections': 5, 'idle-timeout': 1 },
        draining: true,
        connections: { draining: 3 },
      },
      160,
    );
    expect(words).toContain('capped     Fetch 19 → 18 (3 times)');
    expect(words).toContain(
      '3 draining  DRAINING: nobody new is let in   given up: max-connections 5, idle-timeout 1   metrics http://127.0.0.1:9464/metrics',
    );
    const path = { ...fakePath(request), losses: { history: 12_000, lines: 0 } };
    expect(factLines(path, 80, unicodeGlyphs).map(lineText).join('\n')).toContain('left out   history 12,000');
    const many = { ...path.connections, unlisted: 3 };
    expect(
      factLines({ ...path, connections: many }, 80, unicodeGlyphs)
        .map(lineText)
        .join('\n'),
    ).toContain('connections of this list 3');
  });

  it('are ASCII where that was asked', () => {
    expect(lines({}, 120, asciiGlyphs).map(lineText).join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('say of a capture what it lacks, and nothing of a proxy', () => {
    const rows = factLines(fakePath(request, 'replay'), 120, unicodeGlyphs).map(lineText);
    expect(rows).toEqual([
      ' A capture shows what was on the wire. What a proxy adds or changes is not in it; what is missing is:',
      '',
      ' packets    48,000',
      ' lost       2 gaps, 1.5 KB missing, 3 packets cut by the snaplen',
      ' unpaired   5 responses without request, 6 requests without response, 4 cut frames, 1 streams not Kafka',
      ' undecoded  unknown-api 3',
    ]);
    const reading = fakePath(request, 'replay');
    if (reading.capture === null) throw new Error('it is a capture');
    const unread = { ...reading, capture: { ...reading.capture, packets: null, missingBytes: null, cutPackets: null } };
    const words = factLines(unread, 120, unicodeGlyphs).map(lineText);
    expect(words[2]).toBe(' packets    ?');
    expect(words[3]).toContain('? missing, ? packets cut');
  });
});
