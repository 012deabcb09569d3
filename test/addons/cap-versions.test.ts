import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksForRebootstrap, capVersions, isNewerApiVersions, versionCap } from '../../src/addons/cap-versions.ts';
import { addressPolicy } from '../../src/addons/rewrite-addresses.ts';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { intField, structsField } from '../../src/protocol/struct-fields.ts';

type Entry = { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number };

const bearing = [0, 1, 3, 10, 60, 78, 79];

function response(apiVersion: number, apiKeys: readonly Entry[], errorCode = 0): Uint8Array {
  const body = { errorCode, apiKeys, supportedFeatures: [{ name: 'kraft.version', minVersion: 0, maxVersion: 1 }] };
  return encodeResponse({ apiKey: 18, apiVersion, correlationId: 77, body });
}

function entriesOf(payload: Uint8Array, apiVersion: number): Entry[] {
  const message = decodeResponse(payload, 18, apiVersion);
  if (message.kind !== 'decoded') throw new Error(message.detail);
  return structsField(message.body, 'apiKeys').map((entry) => ({
    apiKey: intField(entry, 'apiKey', -1),
    minVersion: intField(entry, 'minVersion', -1),
    maxVersion: intField(entry, 'maxVersion', -1),
  }));
}

describe('versionCap', () => {
  test('is the newest version whose addresses are found, for the APIs that name brokers only', () => {
    for (let key = 0; key < 200; key += 1) {
      const cap = versionCap(key);
      expect(cap !== null).toBe(bearing.includes(key));
      if (cap === null) continue;
      expect(addressPolicy(key, cap)).not.toBe('unknown-version');
      expect(addressPolicy(key, cap + 1)).toBe('unknown-version');
    }
  });

  test('unknown, vendor and negative keys have none', () => {
    for (const key of [-1, 999, 10_001, 32_767]) expect(versionCap(key)).toBe(null);
  });
});

describe('capVersions', () => {
  const entry = fc.record({
    apiKey: fc.oneof(
      fc.constantFrom(...bearing),
      fc.integer({ min: -1, max: 120 }),
      fc.integer({ min: 10_000, max: 32_767 }),
    ),
    minVersion: fc.integer({ min: 0, max: 30 }),
    maxVersion: fc.integer({ min: 0, max: 40 }),
  });

  test('lowers maxima of address-bearing APIs and nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 3, 4, 5),
        fc.uniqueArray(entry, { selector: (each) => each.apiKey }),
        (version, entries) => {
          const payload = response(version, entries);
          const outcome = capVersions(payload, version);
          const wanted = entries.map((each) => {
            const cap = versionCap(each.apiKey);
            const capped = cap !== null && each.maxVersion > cap && each.minVersion <= cap;
            return capped ? { ...each, maxVersion: cap } : each;
          });
          if (JSON.stringify(wanted) === JSON.stringify(entries)) {
            expect(outcome.kind).toBe('unchanged');
            return;
          }
          if (outcome.kind !== 'capped') throw new Error(outcome.kind);
          expect(
            Buffer.from(outcome.frame).equals(
              Buffer.concat([
                Buffer.from([0, 0, 0, 0].map((_, index) => (payload.length >> (24 - 8 * index)) & 0xff)),
                response(version, wanted),
              ]),
            ),
          ).toBe(true);
          expect(entriesOf(outcome.frame.subarray(4), version)).toEqual(wanted);
        },
      ),
    );
  });

  test('never touches the minimum of Produce (librdkafka compression)', () => {
    const payload = response(3, [{ apiKey: 0, minVersion: 0, maxVersion: 20 }]);
    const outcome = capVersions(payload, 3);
    if (outcome.kind !== 'capped') throw new Error(outcome.kind);
    expect(entriesOf(outcome.frame.subarray(4), 3)).toEqual([{ apiKey: 0, minVersion: 0, maxVersion: 13 }]);
    expect(outcome.caps).toEqual([{ apiKey: 0, offeredMax: 20, cappedMax: 13 }]);
  });

  test('keeps unknown tags of entries and of the body byte by byte', () => {
    const bytes = Uint8Array.from([
      0, 0, 0, 9, 0, 0, 2, 0, 1, 0, 4, 0, 40, 1, 0x88, 0x01, 2, 0xaa, 0xbb, 0, 0, 0, 5, 1, 0x63, 1, 0xcc,
    ]);
    const outcome = capVersions(bytes, 3);
    if (outcome.kind !== 'capped') throw new Error(outcome.kind);
    const wanted = bytes.slice();
    wanted[12] = 18;
    expect([...outcome.frame.subarray(4)]).toEqual([...wanted]);
  });

  test('the refusal of a too new client names no version beyond us, and one below passes', () => {
    const refusal = (max: number) => response(0, [{ apiKey: 18, minVersion: 0, maxVersion: max }], 35);
    const outcome = capVersions(refusal(8), 6);
    if (outcome.kind !== 'capped') throw new Error(outcome.kind);
    expect(entriesOf(outcome.frame.subarray(4), 0)).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 5 }]);
    expect(capVersions(refusal(4), 6)).toEqual({ kind: 'unchanged' });
    expect(capVersions(response(0, [], 35), 6)).toEqual({ kind: 'unchanged' });
  });

  test('a layout nobody knows is left alone, loudly', () => {
    expect(isNewerApiVersions(5)).toBe(false);
    expect(isNewerApiVersions(6)).toBe(true);
    expect(capVersions(response(5, []), 6)).toMatchObject({ kind: 'unreadable' });
  });

  test('bytes of any kind end in an outcome', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: -2, max: 7 }), (bytes, version) => {
        expect(['unchanged', 'capped', 'unreadable']).toContain(capVersions(bytes, version).kind);
      }),
    );
    const whole = response(3, [{ apiKey: 1, minVersion: 4, maxVersion: 40 }]);
    for (let end = 0; end < 14; end += 1) expect(capVersions(whole.subarray(0, end), 3).kind).toBe('unreadable');
  });

  test('a broker that is not the one its client means is known by its error', () => {
    expect(asksForRebootstrap(response(5, [], 129))).toBe(true);
    expect(asksForRebootstrap(response(5, [], 35))).toBe(false);
    expect(asksForRebootstrap(Uint8Array.of(0, 0, 0, 7, 0))).toBe(false);
  });
});
