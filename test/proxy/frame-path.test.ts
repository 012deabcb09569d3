import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AddressBook,
  type AdvertisedAddress,
  type BrokerAddress,
  hiddenTag,
} from '../../src/addons/rewrite-addresses.ts';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { structsField, textField } from '../../src/protocol/struct-fields.ts';
import type { EventDetail } from '../../src/proxy/event-detail.ts';
import { FramePath } from '../../src/proxy/frame-path.ts';
import type { FramePathHost } from '../../src/proxy/frame-path-host.ts';
import { HeldBytes, heldTaggedBytesMax } from '../../src/proxy/held-bytes.ts';
import { addressResponse, type NamedBroker } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';

/** Stands where the connection would: collects what goes to the client and what was said. */
class Bench implements FramePathHost, AddressBook {
  readonly path: FramePath;
  readonly held: HeldBytes;
  readonly events: { event: string; detail: EventDetail }[] = [];
  readonly asked: BrokerAddress[] = [];
  refused: string | null = null;
  /** Node ids that have a listener. */
  readonly open = new Set<number>();
  #out: Uint8Array[] = [];

  constructor(options: { held?: HeldBytes; open?: readonly number[] } = {}) {
    this.held = options.held ?? new HeldBytes();
    for (const id of options.open ?? [1, 2]) this.open.add(id);
    this.path = new FramePath(this, this, this.held);
  }

  forward(bytes: Uint8Array): boolean {
    this.#out.push(new Uint8Array(bytes));
    return true;
  }
  openListeners(brokers: readonly BrokerAddress[]): void {
    this.asked.push(...brokers);
  }
  rebootstrapRequired(): void {
    this.events.push({ event: 'rebootstrap-required', detail: {} });
  }
  refuse(reason: string): void {
    this.refused = reason;
  }
  readonly tags: string[] = [];
  tagged(correlationId: number, tag: string): void {
    this.tags.push(`${correlationId} ${tag}`);
  }
  looksAt(): boolean {
    return true;
  }
  requestSkipped(): void {
    throw new Error('everything is looked at');
  }
  responseSkipped(): void {
    throw new Error('everything is looked at');
  }
  event(event: string, detail: EventDetail): void {
    this.events.push({ event, detail });
  }
  advertised({ nodeId }: BrokerAddress): AdvertisedAddress {
    return this.open.has(nodeId) ? { host: 'proxy', port: 20_000 + nodeId } : undefined;
  }

  /** All that was forwarded so far. */
  get out(): Buffer {
    this.#out = [Buffer.concat(this.#out)];
    return Buffer.from(this.#out[0] ?? []);
  }

  request(apiKey: number, apiVersion: number, correlationId: number, body: Struct = {}): this {
    this.path.clientBytes(framed(encodeRequest({ apiKey, apiVersion, correlationId, clientId: 'c', body })));
    return this;
  }

  /** Feeds broker bytes in pieces; each piece in a buffer that is overwritten afterwards, as sockets do. */
  broker(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): this {
    let at = 0;
    for (let turn = 0; at < bytes.length; turn += 1) {
      const end = Math.min(bytes.length, at + Math.max(1, sizes[turn % sizes.length] ?? 1));
      const piece = new Uint8Array(bytes.subarray(at, end));
      this.path.brokerBytes(piece);
      expect(this.path.blocked).toBe(false);
      piece.fill(0xee);
      at = end;
    }
    return this;
  }

  eventNames(): string[] {
    return this.events.map(({ event }) => event);
  }
}

const brokers: readonly NamedBroker[] = [
  { id: 1, host: 'one.internal', port: 9092 },
  { id: 2, host: 'two.internal', port: 9092 },
];
const proxied: readonly NamedBroker[] = [
  { id: 1, host: 'proxy', port: 20_001 },
  { id: 2, host: 'proxy', port: 20_002 },
];

const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
const heartbeat = (correlationId: number): Uint8Array =>
  framed(encodeResponse({ apiKey: 12, apiVersion: 4, correlationId, body: { errorCode: 27 } }));
const metadata = (list: readonly NamedBroker[], correlationId: number): Uint8Array =>
  framed(addressResponse(3, 9, list, { clusterId: 'abc' }, correlationId));

/** A Fetch v17 response with so many bytes of records, addresses behind them all. */
function fetchResponse(recordBytes: number, correlationId: number): Uint8Array {
  const records = new Uint8Array(recordBytes).fill(0);
  const responses = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions: [{ partitionIndex: 0, records }] }];
  return framed(addressResponse(1, 17, brokers, { responses }, correlationId));
}

describe('FramePath passes', () => {
  test('what bears no address, byte by byte, without keeping anything back', () => {
    const bench = new Bench();
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
    const bench = new Bench();
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
        const bench = new Bench();
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
    const bench = new Bench();
    bench.broker(metadata(brokers, 9));
    expect(bench.out.equals(metadata(brokers, 9))).toBe(true);
  });

  test('an address-bearing response of an unknown version, with an event', () => {
    const bench = new Bench();
    bench.path.clientBytes(framed(Uint8Array.of(0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0)));
    const answer = framed(Uint8Array.of(0, 0, 0, 1, 0, 9, 9, 9));
    bench.broker(answer);
    expect(bench.out.equals(answer)).toBe(true);
    expect(bench.events).toMatchObject([
      { event: 'addresses-not-rewritten', detail: { api: 'Metadata', apiKey: 3, apiVersion: 99 } },
    ]);
  });

  test('a malformed address-bearing response, with an event', () => {
    const bench = new Bench();
    bench.request(3, 9, 1, { topics: null });
    const short = framed(addressResponse(3, 9, brokers, {}, 1).subarray(0, 20));
    bench.broker(short, [3]);
    expect(bench.out.equals(short)).toBe(true);
    expect(bench.events).toMatchObject([{ event: 'addresses-not-rewritten', detail: { apiKey: 3 } }]);
    expect(bench.held.bytes).toBe(0);
  });
});

describe('FramePath rewrites', () => {
  test('whatever stands around it and however the bytes are cut', () => {
    const order = fc.array(fc.constantFrom('heartbeat', 'metadata', 'fetch', 'acks0'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(order, pieces, (kinds, sizes) => {
        const bench = new Bench();
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
    const bench = new Bench();
    bench.request(3, 9, 1, { topics: null }).broker(metadata(brokers, 1));
    expect(bench.events).toEqual([
      { event: 'addresses-rewritten', detail: { api: 'Metadata', apiKey: 3, apiVersion: 9, addresses: 2 } },
    ]);
  });

  test('only once listeners are open; the bytes behind wait with it', () => {
    for (const cut of [0, 11]) {
      const bench = new Bench({ open: [1] });
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
    const bench = new Bench({ open: [] });
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
    const bench = new Bench({ open: [] });
    bench.request(3, 9, 1, { topics: null });
    bench.path.brokerBytes(metadata(brokers, 1));
    bench.path.resume();
    expect(bench.out.equals(metadata(brokers, 1))).toBe(true);
    expect(bench.eventNames()).toEqual(['addresses-not-rewritten']);
  });

  test('a frame that never ends goes on as it came when the broker ends', () => {
    for (const bytes of [3, 7, 20]) {
      const bench = new Bench();
      bench.request(3, 9, 1, { topics: null });
      const part = metadata(brokers, 1).subarray(0, bytes);
      bench.path.brokerBytes(part);
      expect(bench.out.length).toBe(0);
      bench.path.brokerEnded();
      expect(bench.out.equals(part)).toBe(true);
    }
  });
});

describe('FramePath hides', () => {
  test('NodeEndpoints of a large Fetch while it streams by: one byte differs, nothing is held', () => {
    const sizesList = [[70_000], [1, 65_536], [heldTaggedBytesMax], [13, 100_003]];
    for (const sizes of sizesList) {
      const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
    bench.request(1, 17, 4);
    const frame = fetchResponse(300_000, 4);
    const plain = frame.slice();
    const probe = new Bench();
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
    const bench = new Bench();
    bench.request(1, 17, 4).broker(fetchResponse(200_000, 4), [65_536]);
    const decoded = decodeResponse(bench.out.subarray(4), 1, 17);
    if (decoded.kind !== 'decoded') throw new Error(decoded.detail);
    expect(structsField(decoded.body, 'nodeEndpoints').map((each) => textField(each, 'host'))).toEqual([
      'proxy',
      'proxy',
    ]);
  });

  test('a large malformed Fetch passes untouched, with an event', () => {
    const bench = new Bench();
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
    const bench = new Bench();
    bench.path.clientBytes(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    bench.broker(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), [5]);
    expect(bench.out.toString()).toBe('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(bench.eventNames()).toEqual(['rewriting-stopped']);
    expect(bench.events[0]?.detail).toMatchObject({ from: 'client', sizeBytes: 1_195_725_856 });
    expect(String(bench.events[0]?.detail.sentence)).toContain('HTTP request');
  });

  test('when the broker answers with a TLS alert', () => {
    for (const sizes of [[7], [1], [3, 4]]) {
      const bench = new Bench();
      bench.request(18, 3, 1).request(3, 9, 2, { topics: null });
      const alert = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 0x50, 9, 9);
      bench.broker(alert, sizes);
      expect(bench.out.equals(alert)).toBe(true);
      expect(String(bench.events[0]?.detail.sentence)).toContain('the broker expects TLS');
    }
  });

  test('while a frame is held: what was kept back goes first', () => {
    const bench = new Bench();
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
        const bench = new Bench();
        if (asked) bench.request(3, 9, 0x01010101, { topics: null });
        bench.broker(garbage, sizes);
        bench.path.brokerEnded();
        expect(bench.out.equals(garbage)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('FramePath refuses', () => {
  /** ShareFetch v1 of this announced size: key 78, not tagged, so it can only be held. */
  function shareFetchHead(sizeBytes: number): Uint8Array {
    const head = new Uint8Array(20);
    const view = new DataView(head.buffer);
    view.setInt32(0, sizeBytes);
    view.setInt32(4, 1);
    return head;
  }

  test('to hold a response larger than its limit, and forwards nothing of it', () => {
    const bench = new Bench();
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(104_857_600));
    expect(bench.refused).toContain('104857604 bytes');
    expect(bench.out.length).toBe(0);
  });

  test('to hold more than all connections may, and gives the memory back', () => {
    const bench = new Bench({ held: new HeldBytes(10_000) });
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(50_000));
    expect(bench.refused).toBeNull();
    bench.path.brokerBytes(new Uint8Array(9000));
    expect(bench.refused).toContain('held already');
    expect(bench.held.bytes).toBe(0);
  });

  test('an announced size alone takes no memory', () => {
    const bench = new Bench();
    bench.request(78, 1, 1);
    bench.path.brokerBytes(shareFetchHead(99_000_000));
    expect(bench.held.bytes).toBeLessThan(8192);
    bench.path.dispose();
    expect(bench.held.bytes).toBe(0);
  });
});

describe('FramePath and brokers newer than us', () => {
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
    const bench = new Bench();
    bench.request(18, 5, 7, asks).broker(answer, [3, 4, 5]);
    expect(bench.out.equals(Buffer.from(answer))).toBe(true);
    expect(bench.eventNames()).toEqual(['rebootstrap-required']);
  });

  test('an offer of a Fetch whose addresses we could not read is capped, tagged and told', () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const bench = new Bench();
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
    const bench = new Bench();
    bench.request(18, 3, 7, asks).broker(offered(18, 7));
    expect(bench.out.equals(offered(18, 7))).toBe(true);
    expect(bench.events).toEqual([]);
    expect(bench.tags).toEqual([]);
  });

  test('a client whose ApiVersions is too new makes the broker itself refuse it, with a version we know', () => {
    const ask = framed(Uint8Array.of(0, 18, 0, 6, 0, 0, 0, 5, 0xff, 0xff, 0));
    for (let cut = 0; cut < ask.length; cut += 1) {
      const bench = new Bench();
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
    const bench = new Bench();
    for (const key of [999, 10_001, 32_767]) {
      bench.path.clientBytes(framed(Uint8Array.of(key >> 8, key & 0xff, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0)));
      const answer = framed(Uint8Array.of(0, 0, 0, 1, 0, key & 0xff, 9, 9));
      bench.broker(answer, [3]);
    }
    expect(bench.out.length).toBe(36);
    expect(bench.events).toEqual([]);
  });
});
