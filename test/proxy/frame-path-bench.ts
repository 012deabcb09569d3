import fc from 'fast-check';
import { expect } from 'vitest';
import type { AddressBook, AdvertisedAddress, BrokerAddress } from '../../src/addons/rewrite-addresses.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import type { EventDetail } from '../../src/proxy/event-detail.ts';
import { FramePath } from '../../src/proxy/frame-path.ts';
import type { FramePathHost } from '../../src/proxy/frame-path-host.ts';
import { HeldBytes } from '../../src/proxy/held-bytes.ts';
import { addressResponse, type NamedBroker } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';

/** Stands where the connection would: collects what goes to the client and what was said. */
export class FramePathBench implements FramePathHost, AddressBook {
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

export const brokers: readonly NamedBroker[] = [
  { id: 1, host: 'one.internal', port: 9092 },
  { id: 2, host: 'two.internal', port: 9092 },
];
export const proxied: readonly NamedBroker[] = [
  { id: 1, host: 'proxy', port: 20_001 },
  { id: 2, host: 'proxy', port: 20_002 },
];

export const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
export const heartbeat = (correlationId: number): Uint8Array =>
  framed(encodeResponse({ apiKey: 12, apiVersion: 4, correlationId, body: { errorCode: 27 } }));
export const metadata = (list: readonly NamedBroker[], correlationId: number): Uint8Array =>
  framed(addressResponse(3, 9, list, { clusterId: 'abc' }, correlationId));

/** A Fetch v17 response with so many bytes of records, addresses behind them all. */
export function fetchResponse(recordBytes: number, correlationId: number): Uint8Array {
  const records = new Uint8Array(recordBytes).fill(0);
  const responses = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions: [{ partitionIndex: 0, records }] }];
  return framed(addressResponse(1, 17, brokers, { responses }, correlationId));
}
