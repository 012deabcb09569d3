import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpretDecode } from '../../src/protocol/decode.ts';
import { interpretWalk } from '../../src/protocol/interpret-walk.ts';
import { WalkFacts } from '../../src/protocol/walk-facts.ts';
import { planOf } from './arbitrary-body.ts';
import { arbitrarySpoiltFrame } from './compiled-agreement.ts';
import { bytesOf, releases, sampleMessages } from './golden-lines.ts';

const facts = new WalkFacts();

/** Walks a body behind a correlation id, or behind the header of a request without a client id. */
function walk(apiKey: number, type: 'request' | 'response', version: number, ...parts: readonly string[]): WalkFacts {
  const made = new WalkFacts();
  interpretWalk(Buffer.from(parts.join(''), 'hex'), planOf(apiKey, type, version), made);
  return made;
}

describe('the interpreting walk', () => {
  test.each(releases)('reads the sample of $name to its end', ({ name, lib }) => {
    const unread = sampleMessages(name).filter((golden) => {
      facts.reset();
      const bytes = bytesOf(golden);
      const plan = planOf(golden.key, golden.type, golden.version, lib);
      return !interpretWalk(bytes, plan, facts) || facts.endOffset !== bytes.length;
    });
    expect(unread.map(({ api, type, version, variant }) => `${api} ${type} v${version} ${variant}`)).toEqual([]);
  });

  test('stops for the reason that decode gives, in the same field or at the run of fields it is in', () => {
    let failed = 0;
    fc.assert(
      fc.property(arbitrarySpoiltFrame(sampleMessages('4.4.0')), ({ golden, bytes }) => {
        const plan = planOf(golden.key, golden.type, golden.version);
        const message = interpretDecode(bytes, plan);
        facts.reset();
        const ok = interpretWalk(bytes, plan, facts);
        expect(ok).toBe(message.kind === 'decoded');
        if (message.kind === 'decoded') return;
        failed += 1;
        expect(facts.failReason).toBe(message.reason);
        // Neighbours of a fixed size are stepped over in one go: cut bytes are missed where the run begins.
        if (facts.failReason === 'malformed') expect(facts.failOffset).toBe(message.offset);
        else expect(facts.failOffset).toBeLessThanOrEqual(message.offset ?? 0);
      }),
      { numRuns: 3_000 },
    );
    expect(failed).toBeGreaterThan(300);
  });
});

describe('the facts of a failure', () => {
  test('a null element of an array of strings, which only the array may be', () => {
    // ConsumerGroupHeartbeat v0 request, header v2: key, version, correlation id, null client id, no tags.
    const header = ['0044', '0000', '00000001', 'ffff', '00'];
    // groupId 'g', memberId 'm', memberEpoch 0, no instance, no rack, no timeout, one subscribed topic: null.
    const body = ['0267', '026d', '00000000', '00', '00', 'ffffffff', '02', '00'];
    expect(walk(68, 'request', 0, ...header, ...body)).toMatchObject({
      ok: false,
      failReason: 'malformed',
      failOffset: 26,
      failDetail: 'null, where the schema allows no null',
      endOffset: 26,
    });
  });

  test('a tagged field whose value takes other bytes than its size', () => {
    // ApiVersions v3 response: no error, no keys, no throttle; tag 1 (an int64) announces 4 bytes of the 8 there.
    const body = ['0000', '01', '00000000', '01', '01', '04', '0000000000000001'];
    expect(walk(18, 'response', 3, '00000001', ...body)).toMatchObject({
      failReason: 'malformed',
      failOffset: 12,
      failDetail: 'tag 1 announces 4 bytes, its value takes 8',
    });
  });

  test('a count that cannot fit', () => {
    expect(walk(3, 'response', 0, '00000001', '7fffffff')).toMatchObject({ failReason: 'truncated', failOffset: 4 });
  });
});
