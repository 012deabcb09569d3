import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { versionRange } from '../../src/protocol/api-keys.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { headBytesToClientId, int32, RequestHead, scanRequestHead } from '../../src/proxy/request-head.ts';
import { framed } from '../support/conversation.ts';

/** Scans a frame that arrives byte by byte; returns how many bytes it took and how often it tried. */
function scanSlowly(frame: Uint8Array, head: RequestHead): { took: number; tries: number } {
  let needed = 1;
  let tries = 0;
  for (let have = 1; have <= frame.length; have += 1) {
    if (have < needed) continue;
    tries += 1;
    needed = scanRequestHead(frame, 0, have, head);
    if (needed === 0) return { took: have, tries };
    expect(needed).toBeGreaterThan(have);
  }
  return { took: -1, tries };
}

function produce(version: number, acks: number, clientId: string | null, transactionalId: string | null): Uint8Array {
  const body = { acks, timeoutMs: 1000, topicData: [], ...(version >= 3 ? { transactionalId } : {}) };
  return framed(encodeRequest({ apiKey: 0, apiVersion: version, correlationId: 77, clientId, body }));
}

describe('scanRequestHead', () => {
  test('reads key, version and correlation id of any request', () => {
    const frame = framed(encodeRequest({ apiKey: 18, apiVersion: 3, correlationId: -5, clientId: 'c', body: {} }));
    const head = new RequestHead();
    expect(scanRequestHead(frame, 0, frame.length, head)).toBe(0);
    expect(head).toMatchObject({ apiKey: 18, apiVersion: 3, correlationId: -5, responseDue: true, clientIdFits: true });
    expect(head.sizeBytes).toBe(frame.length - 4);
    expect(scanSlowly(frame, new RequestHead()).took).toBe(headBytesToClientId);
  });

  test('finds acks in every version of Produce, however long the strings before it', () => {
    const range = versionRange(0) ?? { min: 0, max: 0 };
    const input = fc.record({
      version: fc.integer(range),
      acks: fc.constantFrom(-1, 0, 1, 256),
      clientId: fc.option(fc.string({ maxLength: 300 })),
      transactionalId: fc.option(fc.string({ maxLength: 300 })),
    });
    fc.assert(
      fc.property(input, ({ version, acks, clientId, transactionalId }) => {
        const frame = produce(version, acks, clientId, transactionalId);
        const head = new RequestHead();
        const { took, tries } = scanSlowly(frame, head);
        expect(took).toBeGreaterThan(0);
        expect(tries).toBeLessThan(12);
        expect(head).toMatchObject({ apiKey: 0, apiVersion: version, correlationId: 77, responseDue: acks !== 0 });
        const whole = new RequestHead();
        expect(scanRequestHead(frame, 0, frame.length, whole)).toBe(0);
        expect(whole.responseDue).toBe(acks !== 0);
      }),
    );
  });

  test('skips tagged fields of the header on the way to acks', () => {
    const unknownTags = [
      { in: 'header' as const, path: '', tag: 5, data: new Uint8Array(200) },
      { in: 'header' as const, path: '', tag: 900, data: new Uint8Array(0) },
    ];
    const body = { acks: 0, timeoutMs: 1, topicData: [], transactionalId: null };
    const frame = framed(
      encodeRequest({ apiKey: 0, apiVersion: 9, correlationId: 1, clientId: null, body, unknownTags }),
    );
    const head = new RequestHead();
    scanSlowly(frame, head);
    expect(head.responseDue).toBe(false);
  });

  test('a Produce cut short or nonsensical still expects a response, and never asks for bytes beyond itself', () => {
    const whole = produce(9, 0, 'client', 'tx');
    for (let size = 0; size < whole.length - 4; size += 1) {
      const frame = whole.slice(0, 4 + size);
      new DataView(frame.buffer).setInt32(0, size);
      const head = new RequestHead();
      expect(scanRequestHead(frame, 0, frame.length, head)).toBe(0);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 80 }), (bytes) => {
        const frame = framed(bytes);
        frame.set([0, 0, 0, 9], 4);
        expect(scanRequestHead(frame, 0, frame.length, new RequestHead())).toBe(0);
      }),
    );
  });

  test('sizes below a header are told apart at once', () => {
    const head = new RequestHead();
    expect(scanRequestHead(Uint8Array.of(0, 0, 0), 0, 3, head)).toBe(4);
    expect(scanRequestHead(Uint8Array.of(0, 0, 0, 7), 0, 4, head)).toBe(0);
    expect(head.sizeBytes).toBe(7);
    expect(scanRequestHead(Uint8Array.of(255, 0, 0, 0), 0, 4, head)).toBe(0);
    expect(head.sizeBytes).toBeLessThan(0);
  });

  test('a client id longer than its frame does not fit', () => {
    const frame = framed(Uint8Array.of(0, 18, 0, 0, 0, 0, 0, 1, 0x7f, 0xff, 0x61));
    const head = new RequestHead();
    expect(scanRequestHead(frame, 0, frame.length, head)).toBe(0);
    expect(head.clientIdFits).toBe(false);
  });
});

test('int32 reads big-endian and zeros beyond the end', () => {
  expect(int32(Uint8Array.of(0xff, 0xff, 0xff, 0xfe), 0)).toBe(-2);
  expect(int32(Uint8Array.of(1), 0)).toBe(0x01000000);
});
