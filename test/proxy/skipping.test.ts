import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AddressBook } from '../../src/addons/rewrite-addresses.ts';
import { Engine } from '../../src/exchange/engine.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { FramePath } from '../../src/proxy/frame-path.ts';
import type { FramePathHost } from '../../src/proxy/frame-path-host.ts';
import { HeldBytes } from '../../src/proxy/held-bytes.ts';
import type { LookedRanges } from '../../src/proxy/looked-ranges.ts';
import { ShownBytes } from '../../src/proxy/shown-bytes.ts';
import type { EngineInput, Side } from '../../src/wire/segment.ts';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';

/** A frame path with an engine behind it that is shown only what the pattern lets through. */
class Inspected implements FramePathHost, AddressBook {
  readonly path = new FramePath(this, this, new HeldBytes());
  readonly engine = new Engine();
  readonly exchanges = new Map<number, Exchange>();
  readonly events: string[] = [];
  readonly forwarded: Uint8Array[] = [];
  readonly shownBytes = { client: 0, broker: 0 };
  readonly skippedBytes = { client: 0, broker: 0 };
  requestsSkipped = 0;
  responsesSkipped = 0;
  readonly #pattern: readonly boolean[];
  #asked = 0;
  #nowUs = 1000;
  readonly #shown = new ShownBytes(1, (input) => this.#see(input));

  constructor(pattern: readonly boolean[]) {
    this.#pattern = pattern;
    this.#see({
      kind: 'opened',
      connection: 1,
      atUs: 0,
      client: '127.0.0.1:1',
      broker: '127.0.0.1:2',
      nodeId: null,
      tls: null,
      midstream: false,
    });
  }

  #see(input: EngineInput): void {
    if (input.kind === 'segment') this.shownBytes[input.from] += input.bytes.length;
    if (input.kind === 'skipped') this.skippedBytes[input.from] += input.bytes;
    this.engine.receive(input);
    for (let event = this.engine.next(); event !== undefined; event = this.engine.next()) {
      if (event.kind === 'event') this.events.push(event.event);
      if (event.kind === 'completed') this.exchanges.set(event.exchange.correlationId ?? -1, event.exchange);
    }
  }

  feed(from: Side, bytes: Uint8Array, sizes: readonly number[]): void {
    let at = 0;
    for (let turn = 0; at < bytes.length; turn += 1) {
      const end = Math.min(bytes.length, at + (sizes[turn % sizes.length] ?? 1));
      this.#nowUs += 10;
      const piece = new Uint8Array(bytes.subarray(at, end));
      if (from === 'client') this.path.clientBytes(piece, this.#nowUs);
      else this.path.brokerBytes(piece, this.#nowUs);
      this.#show(from, piece);
      piece.fill(0xee);
      at = end;
    }
  }

  #show(from: Side, bytes: Uint8Array): void {
    const side: { looked: LookedRanges; patchedAt: number[]; patchedBytes: number[] } =
      from === 'client' ? this.path.requests : this.path;
    const { patchedAt, patchedBytes } = side;
    this.#shown.show(from, { bytes, atUs: this.#nowUs, patchedAt, patchedBytes }, side.looked, this.#nowUs + 3);
  }

  end(): this {
    this.#shown.skipped('client', this.path.requests.looked.takePending());
    this.#shown.skipped('broker', this.path.looked.takePending());
    this.#see({ kind: 'closed', connection: 1, atUs: this.#nowUs, reason: 'fin' });
    return this;
  }

  looksAt(): boolean {
    this.#asked += 1;
    return this.#pattern[(this.#asked - 1) % this.#pattern.length] ?? true;
  }
  requestSkipped(): void {
    this.requestsSkipped += 1;
  }
  responseSkipped(_key: number, _version: number, _bytes: number, latencyUs: number): void {
    this.responsesSkipped += 1;
    expect(latencyUs).toBeGreaterThan(0);
  }
  forward(bytes: Uint8Array): boolean {
    this.forwarded.push(new Uint8Array(bytes));
    return true;
  }
  openListeners(): void {
    throw new Error('all listeners are open');
  }
  rebootstrapRequired(): void {}

  refuse(reason: string): void {
    throw new Error(reason);
  }
  event(): void {}
  tagged(): void {}
  advertised({ nodeId }: { nodeId: number }) {
    return { host: 'proxy', port: 20_000 + nodeId };
  }
}

type Kind = 'heartbeat' | 'produce' | 'produce-unanswered' | 'metadata' | 'fetch';

function requestOf(kind: Kind, correlationId: number): Uint8Array {
  const message = { correlationId, clientId: 'skipping' };
  if (kind === 'heartbeat') return framed(encodeRequest({ ...message, apiKey: 12, apiVersion: 4, body: {} }));
  if (kind === 'metadata') return framed(encodeRequest({ ...message, apiKey: 3, apiVersion: 9, body: {} }));
  if (kind === 'fetch') return framed(encodeRequest({ ...message, apiKey: 1, apiVersion: 17, body: {} }));
  const body = { acks: kind === 'produce' ? 1 : 0, timeoutMs: 1000 };
  return framed(encodeRequest({ ...message, apiKey: 0, apiVersion: 9, body }));
}

function responseOf(kind: Kind, correlationId: number): Uint8Array | null {
  if (kind === 'produce-unanswered') return null;
  const brokers = [{ id: 1, host: 'one.internal', port: 9092 }];
  if (kind === 'metadata') return framed(addressResponse(3, 9, brokers, { clusterId: 'abc' }, correlationId));
  if (kind === 'fetch') return framed(addressResponse(1, 17, brokers, {}, correlationId));
  if (kind === 'heartbeat') {
    return framed(encodeResponse({ apiKey: 12, apiVersion: 4, correlationId, body: { errorCode: 27 } }));
  }
  return framed(encodeResponse({ apiKey: 0, apiVersion: 9, correlationId, body: {} }));
}

function run(kinds: readonly Kind[], pattern: readonly boolean[], sizes: readonly number[], burst: number): Inspected {
  const inspected = new Inspected(pattern);
  for (let first = 0; first < kinds.length; first += burst) {
    const some = kinds.slice(first, first + burst);
    const requests = some.map((kind, index) => requestOf(kind, first + index));
    inspected.feed('client', new Uint8Array(Buffer.concat(requests)), sizes);
    const responses = some.map((kind, index) => responseOf(kind, first + index)).filter((frame) => frame !== null);
    inspected.feed('broker', new Uint8Array(Buffer.concat(responses)), sizes);
  }
  return inspected.end();
}

/** What must not depend on what else was looked at. */
function factsOf(exchange: Exchange | undefined): unknown {
  if (exchange === undefined) return null;
  const { apiKey, apiVersion, correlationId, status, clientId, errors, request, response } = exchange;
  const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
  const bytes = [hex(request?.bytes), hex(response?.bytes)];
  return { apiKey, apiVersion, correlationId, status, clientId, errors, bytes };
}

const kinds = fc.array(fc.constantFrom<Kind>('heartbeat', 'produce', 'produce-unanswered', 'metadata', 'fetch'), {
  minLength: 1,
  maxLength: 24,
});
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 });

describe('skipping', () => {
  test('any pattern over any cut leaves whole exchanges, the same as when all are looked at', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
        sizes,
        fc.integer({ min: 1, max: 8 }),
        (asked, pattern, cuts, burst) => {
          const all = run(asked, [true], cuts, burst);
          const some = run(asked, pattern, cuts, burst);
          expect(all.exchanges.size).toBe(asked.length);
          expect(all.requestsSkipped).toBe(0);
          for (const [correlationId, exchange] of some.exchanges) {
            expect(factsOf(exchange)).toEqual(factsOf(all.exchanges.get(correlationId)));
          }
          expect(some.exchanges.size + some.requestsSkipped).toBe(asked.length);
          expect(some.events).toEqual(all.events);
          expect(Buffer.concat(some.forwarded).equals(Buffer.concat(all.forwarded))).toBe(true);
          for (const side of ['client', 'broker'] as const) {
            expect(some.shownBytes[side] + some.skippedBytes[side]).toBe(all.shownBytes[side]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('the answer behind a skipped one queued behind it: its time is not blamed on the broker', () => {
    const inspected = run(['heartbeat', 'heartbeat'], [false, true], [1000], 2);
    const timing = inspected.exchanges.get(1)?.timing;
    expect(timing?.queuedUs).toBe(timing?.latencyUs);
    expect(timing?.brokerUs).toBe(0);
    expect(timing?.proxyUs).toBe(6);
  });

  test('a head that was cut and never came whole is shown in the end', () => {
    const inspected = new Inspected([false]);
    inspected.feed('client', requestOf('heartbeat', 1), [1000]);
    inspected.feed('broker', (responseOf('heartbeat', 1) ?? new Uint8Array(0)).slice(0, 5), [1000]);
    expect(inspected.shownBytes.broker).toBe(0);
    inspected.path.brokerEnded();
    expect(inspected.path.looked.prefix?.length).toBe(5);
  });

  test('where a connection stops being Kafka, all that follows is shown', () => {
    const inspected = new Inspected([false]);
    const request = requestOf('heartbeat', 1);
    inspected.feed('client', request, [1000]);
    inspected.feed('client', Buffer.from('GET / HTTP/1.1\r\n'), [1000]);
    inspected.end();
    expect(inspected.shownBytes.client).toBe(16);
    expect(inspected.skippedBytes.client).toBe(request.length);
    expect(inspected.events).toContain('not-kafka');
  });
});
