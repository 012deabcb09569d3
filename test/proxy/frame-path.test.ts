import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hiddenTag } from '../../src/addons/rewrite-addresses.ts';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { structsField, textField } from '../../src/protocol/struct-fields.ts';
import { heldTaggedBytesMax } from '../../src/proxy/held-bytes.ts';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';
import { brokers, FramePathBench, fetchResponse, heartbeat, metadata, pieces, proxied } from './frame-path-bench.ts';

describe('FramePath passes', () => {
  test('what bears no address, byte by byte, without keeping anything back', () => {
    const bench = new FramePathBench();
    bench.request(12, 4, 1).request(12, 4, 2);
    const bytes = Buffer.concat([heartbeat(1), heartbeat(2)]);
    for (let at = 0; at < bytes.length; at += 1) {
      bench.path.brokerBytes(bytes.subarray(at, at + 1));
      expect(bench.out.length).toBe(at + 1);
    }
    expect(bench.out.equals(bytes)).toBe(true);
    expect(bench.path.responsesDue).toBe(0);
    expect(bench.path.idle).toBe(true);
  });

  test('the very chunk it was given, as one piece, when nothing in it changes', () => {
    const bench = new FramePathBench();
    bench.request(12, 4, 1);
    const chunk = heartbeat(1);
    let forwarded: Uint8Array | null = null;
    bench.forward = (bytes) => {
      forwarded = bytes;
      return true;
    };
    bench.path.brokerBytes(chunk);
    expect(forwarded).toBe(chunk);
  });

  test('raw SASL tokens after SaslHandshake v0, empty ones too, and rewrites again afterwards', () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const bench = new FramePathBench();
        bench.request(17, 0, 1, { mechanism: 'PLAIN' });
        const handshake = framed(
          encodeResponse({
            apiKey: 17,
            apiVersion: 0,
            correlationId: 1,
            body: { errorCode: 0, mechanisms: ['PLAIN'] },
          }),
        );
        bench.broker(handshake, sizes);
        bench.path.clientBytes(framed(Buffer.from('\0user\0secret')));
        const token = framed(new Uint8Array(0));
        bench.broker(token, sizes);
        bench.request(3, 9, 2, { topics: null });
        bench.broker(metadata(brokers, 2), sizes);
        expect(bench.out.equals(Buffer.concat([handshake, token, metadata(proxied, 2)]))).toBe(true);
      }),
    );
  });

  test('a response nobody asked for', () => {
    const bench = new FramePathBench();
    bench.broker(metadata(brokers, 9));
    expect(bench.out.equals(metadata(brokers, 9))).toBe(true);
  });

  test('an address-bearing response of an unknown version, with an event', () => {
    const bench = new FramePathBench();
    bench.path.clientBytes(framed(Uint8Array.of(0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0)));
    const answer = framed(Uint8Array.of(0, 0, 0, 1, 0, 9, 9, 9));
    bench.broker(answer);
    expect(bench.out.equals(answer)).toBe(true);
    expect(bench.events).toMatchObject([
      { event: 'addresses-not-rewritten', detail: { api: 'Metadata', apiKey: 3, apiVersion: 99 } },
    ]);
  });

  test('a malformed address-bearing response, with an event', () => {
    const bench = new FramePathBench();
    bench.request(3, 9, 1, { topics: null });
    const short = framed(addressResponse(3, 9, brokers, {}, 1).subarray(0, 20));
    bench.broker(short, [3]);
    expect(bench.out.equals(short)).toBe(true);
    expect(bench.events).toMatchObject([{ event: 'addresses-not-rewritten', detail: { apiKey: 3 } }]);
    expect(bench.held.bytes).toBe(0);
  });
});

describe('FramePath hides', () => {
  test('NodeEndpoints of a large Fetch while it streams by: one byte differs, nothing is held', () => {
    const sizesList = [[70_000], [1, 65_536], [heldTaggedBytesMax], [13, 100_003]];
    for (const sizes of sizesList) {
      const bench = new FramePathBench();
      bench.request(1, 17, 4).request(12, 4, 5);
      const frame = fetchResponse(5_000_000, 4);
      let patched = 0;
      bench.broker(Buffer.concat([frame, heartbeat(5)]), sizes);
      expect(bench.held.bytes).toBe(0);
      const { out } = bench;
      expect(out.length).toBe(frame.length + heartbeat(5).length);
      for (let at = 0; at < frame.length; at += 1) if (out[at] !== frame[at]) patched += 1;
      expect(patched).toBe(1);
      expect(out.subarray(frame.length).equals(heartbeat(5))).toBe(true);
      const decoded = decodeResponse(out.subarray(4, frame.length), 1, 17);
      if (decoded.kind !== 'decoded') throw new Error(decoded.detail);
      expect(decoded.body.nodeEndpoints).toBeUndefined();
      expect(decoded.unknownTags.map(({ tag }) => tag)).toEqual([hiddenTag]);
      expect(bench.events).toEqual([
        { event: 'addresses-hidden', detail: { api: 'Fetch', apiKey: 1, apiVersion: 17 } },
      ]);
    }
  });

  test('and tells where the original byte was', () => {
    const bench = new FramePathBench();
    bench.request(1, 17, 4);
    const frame = fetchResponse(300_000, 4);
    const chunk = frame.slice();
    bench.path.brokerBytes(chunk);
    expect(bench.path.patchedAt.length).toBe(1);
    const at = bench.path.patchedAt[0] ?? 0;
    expect(chunk[at]).toBe(hiddenTag);
    expect(bench.path.patchedBytes).toEqual([0]);
    chunk[at] = 0;
    expect(Buffer.from(chunk).equals(frame)).toBe(true);
  });

  test('a tag number written in two bytes, cut between them', () => {
    const bench = new FramePathBench();
    bench.request(1, 17, 4);
    const frame = fetchResponse(300_000, 4);
    const plain = frame.slice();
    const probe = new FramePathBench();
    probe.request(1, 17, 4);
    probe.path.brokerBytes(plain);
    const at = probe.path.patchedAt[0] ?? 0;
    // 0x80 0x00 is the number 0 as well.
    const long = Buffer.concat([frame.subarray(0, at), Uint8Array.of(0x80), frame.subarray(at)]);
    long.writeInt32BE(long.length - 4, 0);
    bench.broker(long, [at + 1, 1_000_000]);
    const { out } = bench;
    expect([out[at], out[at + 1]]).toEqual([0x80, 1]);
    const decoded = decodeResponse(out.subarray(4), 1, 17);
    expect(decoded.kind === 'decoded' && decoded.unknownTags[0]?.tag).toBe(128);
  });

  test('a small Fetch is spliced instead', () => {
    const bench = new FramePathBench();
    bench.request(1, 17, 4).broker(fetchResponse(200_000, 4), [65_536]);
    const decoded = decodeResponse(bench.out.subarray(4), 1, 17);
    if (decoded.kind !== 'decoded') throw new Error(decoded.detail);
    expect(structsField(decoded.body, 'nodeEndpoints').map((each) => textField(each, 'host'))).toEqual([
      'proxy',
      'proxy',
    ]);
  });

  test('a large malformed Fetch passes untouched, with an event', () => {
    const bench = new FramePathBench();
    bench.request(1, 17, 4);
    const frame = fetchResponse(300_000, 4);
    frame.fill(0xff, 19, 24);
    bench.broker(frame, [50_000]);
    expect(bench.out.equals(frame)).toBe(true);
    expect(bench.eventNames()).toEqual(['addresses-not-rewritten']);
  });
});

describe('FramePath becomes a pipe', () => {
  test('when the client speaks something else', () => {
    const bench = new FramePathBench();
    bench.path.clientBytes(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    bench.broker(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), [5]);
    expect(bench.out.toString()).toBe('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(bench.eventNames()).toEqual(['rewriting-stopped']);
    expect(bench.events[0]?.detail).toMatchObject({ from: 'client', sizeBytes: 1_195_725_856 });
    expect(String(bench.events[0]?.detail.sentence)).toContain('HTTP request');
  });

  test('when the broker answers with a TLS alert', () => {
    for (const sizes of [[7], [1], [3, 4]]) {
      const bench = new FramePathBench();
      bench.request(18, 3, 1).request(3, 9, 2, { topics: null });
      const alert = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 0x50, 9, 9);
      bench.broker(alert, sizes);
      expect(bench.out.equals(alert)).toBe(true);
      expect(String(bench.events[0]?.detail.sentence)).toContain('the broker expects TLS');
    }
  });

  test('while a frame is held: what was kept back goes first', () => {
    const bench = new FramePathBench();
    bench.request(3, 9, 1, { topics: null });
    const frame = metadata(brokers, 1);
    bench.path.brokerBytes(frame.slice(0, 25));
    bench.path.clientBytes(Uint8Array.of(0xff, 0, 0, 0, 1));
    bench.path.brokerBytes(frame.slice(25));
    expect(bench.out.equals(frame)).toBe(true);
    expect(bench.held.bytes).toBe(0);
  });

  test('any broker bytes come out as they went in, whatever was asked', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes, pieces, fc.boolean(), (garbage, sizes, asked) => {
        const bench = new FramePathBench();
        if (asked) bench.request(3, 9, 0x01010101, { topics: null });
        bench.broker(garbage, sizes);
        bench.path.brokerEnded();
        expect(bench.out.equals(garbage)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
