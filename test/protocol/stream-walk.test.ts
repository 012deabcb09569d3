import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { StreamWalk, type StreamWalkState } from '../../src/protocol/stream-walk.ts';
import { addressResponse, addressVersions, goldenIsThere, goldenResponses } from '../support/address-messages.ts';

const noTag = -2;

interface Walked {
  readonly state: StreamWalkState;
  readonly consumed: number;
  /** Offsets of the last byte of each watched tag number. */
  readonly tags: readonly number[];
}

/** Feeds a payload in pieces of the sizes given, over and over. */
function walk(payload: Uint8Array, key: number, version: number, watched: number, sizes: readonly number[]): Walked {
  const plan = planFor(key, 'response', version);
  if (plan === null) throw new Error(`no plan for ${key} v${version}`);
  const walker = new StreamWalk(plan.header, plan.body, watched, payload.length);
  const tags: number[] = [];
  let at = 0;
  for (let turn = 0; ; turn += 1) {
    const end = Math.min(payload.length, at + (sizes[turn % sizes.length] ?? 1));
    let state: StreamWalkState = 'tag';
    while (state === 'tag') {
      state = walker.feed(payload, at, end);
      at = walker.at;
      if (state === 'tag') tags.push(at - 1);
    }
    if (state !== 'more') return { state, consumed: at, tags };
    expect(at).toBe(end);
    if (at === payload.length) return { state: 'more', consumed: at, tags };
  }
}

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const brokers = [
  { id: 1, host: 'one.example', port: 9092 },
  { id: 2, host: 'two.example', port: 9093 },
];

describe('StreamWalk', () => {
  test('takes exactly the bytes of a message, however it is cut', () => {
    const versions = addressVersions();
    fc.assert(
      fc.property(fc.nat(versions.length - 1), pieces, (which, sizes) => {
        const { key, version } = versions[which] ?? { key: 3, version: 1 };
        const payload = addressResponse(key, version, brokers.slice(0, 1));
        expect(walk(payload, key, version, noTag, sizes)).toEqual({
          state: 'done',
          consumed: payload.length,
          tags: [],
        });
      }),
    );
  });

  test('stops behind the number of the watched tag, once, at the top level only', () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const records = new Uint8Array(300).fill(1);
        const partitions = [{ partitionIndex: 0, records, currentLeader: { leaderId: 2, leaderEpoch: 5 } }];
        const payload = addressResponse(1, 17, brokers, { responses: [{ partitions }] });
        const { state, tags } = walk(payload, 1, 17, 0, sizes);
        expect(state).toBe('done');
        expect(tags.length).toBe(1);
        payload[tags[0] ?? 0] = 0x78;
        const decoded = decodeResponse(payload, 1, 17);
        if (decoded.kind !== 'decoded') throw new Error(decoded.detail);
        expect(decoded.body.nodeEndpoints).toBeUndefined();
        expect(decoded.unknownTags.map(({ tag, path }) => ({ tag, path }))).toEqual([{ tag: 0x78, path: '' }]);
      }),
    );
  });

  test('leaves trailing bytes behind a whole body alone', () => {
    const payload = addressResponse(1, 17, brokers);
    const longer = new Uint8Array(payload.length + 3);
    longer.set(payload);
    expect(walk(longer, 1, 17, noTag, [7])).toMatchObject({ state: 'done', consumed: payload.length });
  });

  test('a message that ends early is malformed, and so is one that lies about a length', () => {
    const payload = addressResponse(0, 11, brokers);
    for (let cut = 1; cut < payload.length; cut += 1) {
      expect(walk(payload.subarray(0, cut), 0, 11, noTag, [5]).state).toBe('malformed');
    }
    const lying = payload.slice();
    // Header v1: correlation id and tag count, then the compact count of topics.
    lying[5] = 0x7f;
    expect(walk(lying, 0, 11, noTag, [64]).state).toBe('malformed');
  });

  test('any bytes end in a state, with no more taken than there are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), pieces, (payload, sizes) => {
        const { consumed } = walk(payload, 1, 17, 0, sizes);
        expect(consumed).toBeLessThanOrEqual(payload.length);
      }),
      { numRuns: 1000 },
    );
  });

  test.skipIf(!goldenIsThere)('takes exactly the bytes of every golden response', () => {
    let lines = 0;
    for (const line of goldenResponses((key, version) => planFor(key, 'response', version) !== null)) {
      const walked = walk(line.payload, line.key, line.version, noTag, [1 + (lines % 13), 64]);
      expect(walked, `${line.api} v${line.version} ${line.variant}`).toMatchObject({
        state: 'done',
        consumed: line.payload.length,
      });
      lines += 1;
    }
    expect(lines).toBeGreaterThan(4000);
  });
});
