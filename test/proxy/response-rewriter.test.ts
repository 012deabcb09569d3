import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { HeldBytes } from '../../src/proxy/held-bytes.ts';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';
import { brokers, FramePathBench, heartbeat, metadata, pieces, proxied } from './frame-path-bench.ts';

describe('ResponseRewriter rewrites', () => {
  test('whatever stands around it and however the bytes are cut', () => {
    const order = fc.array(fc.constantFrom('heartbeat', 'metadata', 'fetch', 'acks0'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(order, pieces, (kinds, sizes) => {
        const bench = new FramePathBench();
        const sent: Uint8Array[] = [];
        const wanted: Uint8Array[] = [];
        for (const [id, kind] of kinds.entries()) {
          if (kind === 'heartbeat') {
            bench.request(12, 4, id);
            sent.push(heartbeat(id));
            wanted.push(heartbeat(id));
          } else if (kind === 'metadata') {
            bench.request(3, 9, id, { topics: null });
            sent.push(metadata(brokers, id));
            wanted.push(metadata(proxied, id));
          } else if (kind === 'fetch') {
            bench.request(1, 17, id);
            sent.push(framed(addressResponse(1, 17, brokers, {}, id)));
            wanted.push(framed(addressResponse(1, 17, proxied, {}, id)));
          } else {
            bench.request(0, 9, id, { acks: 0, topicData: [], transactionalId: null });
          }
        }
        bench.broker(Buffer.concat(sent), sizes);
        expect(bench.out.equals(Buffer.concat(wanted))).toBe(true);
        expect(bench.path.idle).toBe(true);
        expect(bench.held.bytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('and says how many addresses', () => {
    const bench = new FramePathBench();
    bench.request(3, 9, 1, { topics: null }).broker(metadata(brokers, 1));
    expect(bench.events).toEqual([
      { event: 'addresses-rewritten', detail: { api: 'Metadata', apiKey: 3, apiVersion: 9, addresses: 2 } },
    ]);
  });

  test('only once listeners are open; the bytes behind wait with it', () => {
    for (const cut of [0, 11]) {
      const bench = new FramePathBench({ open: [1] });
      bench.request(12, 4, 1).request(3, 9, 2, { topics: null }).request(12, 4, 3);
      const chunk = Buffer.concat([heartbeat(1), metadata(brokers, 2), heartbeat(3)]);
      if (cut > 0) bench.path.brokerBytes(chunk.subarray(0, cut));
      bench.path.brokerBytes(chunk.subarray(cut));
      expect(bench.path.blocked).toBe(true);
      expect(bench.out.equals(heartbeat(1))).toBe(true);
      expect(bench.asked).toEqual([{ endpointType: 1, nodeId: 2, host: 'two.internal', port: 9092 }]);
      bench.open.add(2);
      bench.path.resume();
      expect(bench.path.blocked).toBe(false);
      expect(bench.out.equals(Buffer.concat([heartbeat(1), metadata(proxied, 2), heartbeat(3)]))).toBe(true);
    }
  });

  test('a gathered frame waits for listeners, too', () => {
    const bench = new FramePathBench({ open: [] });
    bench.request(3, 9, 1, { topics: null });
    const frame = metadata(brokers, 1);
    bench.path.brokerBytes(frame.slice(0, 30));
    bench.path.brokerBytes(frame.slice(30));
    expect(bench.path.blocked).toBe(true);
    bench.open.add(1).add(2);
    bench.path.resume();
    expect(bench.out.equals(metadata(proxied, 1))).toBe(true);
    expect(bench.held.bytes).toBe(0);
  });

  test('not at all where no listener came to be: the original goes on, loudly', () => {
    const bench = new FramePathBench({ open: [] });
    bench.request(3, 9, 1, { topics: null });
    bench.path.brokerBytes(metadata(brokers, 1));
    bench.path.resume();
    expect(bench.out.equals(metadata(brokers, 1))).toBe(true);
    expect(bench.eventNames()).toEqual(['addresses-not-rewritten']);
  });

  test('a frame that never ends goes on as it came when the broker ends', () => {
    for (const bytes of [3, 7, 20]) {
      const bench = new FramePathBench();
      bench.request(3, 9, 1, { topics: null });
      const part = metadata(brokers, 1).subarray(0, bytes);
      bench.path.brokerBytes(part);
      expect(bench.out.length).toBe(0);
      bench.path.brokerEnded();
      expect(bench.out.equals(part)).toBe(true);
    }
  });
});

describe('ResponseRewriter refuses', () => {
  /** ShareFetch v1 of this announced size: key 78, not tagged, so it can only be held. */
  function shareFetchHead(sizeBytes: number): Uint8Array {
    const head = new Uint8Array(20);
    const view = new DataView(head.buffer);
    view.setInt32(0, sizeBytes);
    view.setInt32(4, 1);
    return head;
  }

  test('to hold a response larger than its limit, and forwards nothing of it', () => {
    const bench = new FramePathBench();
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(104_857_600));
    expect(bench.refused).toContain('104857604 bytes');
    expect(bench.out.length).toBe(0);
  });

  test('to hold more than all connections may, and gives the memory back', () => {
    const bench = new FramePathBench({ held: new HeldBytes(10_000) });
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(50_000));
    expect(bench.refused).toBeNull();
    bench.path.brokerBytes(new Uint8Array(9000));
    expect(bench.refused).toContain('held already');
    expect(bench.held.bytes).toBe(0);
  });

  test('an announced size alone takes no memory', () => {
    const bench = new FramePathBench();
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(99_000_000));
    expect(bench.held.bytes).toBeLessThan(8192);
    bench.path.dispose();
    expect(bench.held.bytes).toBe(0);
  });
});

describe('ResponseRewriter and brokers newer than us', () => {
  const offered = (fetchMax: number, correlationId: number) =>
    framed(
      encodeResponse({
        apiKey: 18,
        apiVersion: 3,
        correlationId,
        body: {
          apiKeys: [
            { apiKey: 0, minVersion: 0, maxVersion: 13 },
            { apiKey: 1, minVersion: 4, maxVersion: fetchMax },
            { apiKey: 12, minVersion: 0, maxVersion: 90 },
            { apiKey: 10_001, minVersion: 0, maxVersion: 7 },
          ],
          throttleTimeMs: 3,
        },
      }),
    );
  const asks = { clientSoftwareName: 'c', clientSoftwareVersion: '1' };

  test('a broker that is not the one its client means is told of, and its answer passes', () => {
    const body = { errorCode: 129, apiKeys: [] };
    const answer = framed(encodeResponse({ apiKey: 18, apiVersion: 5, correlationId: 7, body }));
    const bench = new FramePathBench();
    bench.request(18, 5, 7, asks).broker(answer, [3, 4, 5]);
    expect(bench.out.equals(Buffer.from(answer))).toBe(true);
    expect(bench.eventNames()).toEqual(['rebootstrap-required']);
  });

  test('an offer of a Fetch whose addresses we could not read is capped, tagged and told', () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const bench = new FramePathBench();
        bench.request(18, 3, 7, asks).broker(Buffer.concat([offered(40, 7), heartbeat(9)]), sizes);
        expect(bench.out.equals(Buffer.concat([offered(18, 7), heartbeat(9)]))).toBe(true);
        expect(bench.tags).toEqual(['7 capped']);
        expect(bench.eventNames()).toEqual(['versions-capped']);
        expect(bench.events[0]?.detail).toMatchObject({ count: 1, apis: 'Fetch 40 → 18' });
        expect(bench.held.bytes).toBe(0);
      }),
    );
  });

  test('an offer we can follow passes as it came, without a word', () => {
    const bench = new FramePathBench();
    bench.request(18, 3, 7, asks).broker(offered(18, 7));
    expect(bench.out.equals(offered(18, 7))).toBe(true);
    expect(bench.events).toEqual([]);
    expect(bench.tags).toEqual([]);
  });

  test('a client whose ApiVersions is too new makes the broker itself refuse it, with a version we know', () => {
    const ask = framed(Uint8Array.of(0, 18, 0, 6, 0, 0, 0, 5, 0xff, 0xff, 0));
    for (let cut = 0; cut < ask.length; cut += 1) {
      const bench = new FramePathBench();
      const sent: Uint8Array[] = [];
      for (const part of [ask.slice(0, cut), ask.slice(cut)]) {
        bench.path.clientBytes(part);
        sent.push(new Uint8Array(part));
        // The observer gets back what the client sent.
        for (const [index, at] of bench.path.requests.patchedAt.entries()) {
          part[at] = bench.path.requests.patchedBytes[index] ?? 0;
        }
        expect(
          Buffer.from(part).equals(
            cut === 0 || part.length !== cut ? ask.slice(ask.length - part.length) : ask.slice(0, cut),
          ),
        ).toBe(true);
      }
      const forwarded = Buffer.concat(sent);
      expect(forwarded.readInt16BE(6)).toBe(255);
      forwarded[7] = 6;
      expect(forwarded.equals(ask)).toBe(true);
      const refusal = (max: number) =>
        framed(
          encodeResponse({
            apiKey: 18,
            apiVersion: 0,
            correlationId: 5,
            body: { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: max }] },
          }),
        );
      bench.broker(refusal(9));
      expect(bench.out.equals(refusal(5))).toBe(true);
      expect(bench.tags).toEqual(['5 capped']);
      expect(bench.eventNames()).toEqual(['api-versions-too-new', 'versions-capped']);
    }
  });

  test('unknown keys and vendor keys pass both ways', () => {
    const bench = new FramePathBench();
    for (const key of [999, 10_001, 32_767]) {
      bench.path.clientBytes(framed(Uint8Array.of(key >> 8, key & 0xff, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0)));
      const answer = framed(Uint8Array.of(0, 0, 0, 1, 0, key & 0xff, 9, 9));
      bench.broker(answer, [3]);
    }
    expect(bench.out.length).toBe(36);
    expect(bench.events).toEqual([]);
  });
});
