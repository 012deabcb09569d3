import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/source.ts';
import { Engine } from '../../src/exchange/engine.ts';
import type { Exchange, MessageFacts } from '../../src/exchange/exchange.ts';
import { FrameKeeper } from '../../src/exchange/frame-keeper.ts';
import { History } from '../../src/store/history.ts';
import { PackedPage } from '../../src/store/packed-page.ts';
import { SharedFactsTable } from '../../src/store/shared-facts.ts';
import { connectionFixture, exchangeFixture } from '../support/exchange-fixture.ts';

const captures = new URL('../../fixtures/captures/', import.meta.url);

/** The exchange with its bytes as text: comparing a megabyte as a typed array takes seconds. */
function plain(exchange: Exchange | undefined): unknown {
  const side = (message: MessageFacts | null) => {
    if (message === null) return null;
    // When it was handed on is of use only until the timing is known, which is kept.
    const { forwardedUs: _, ...kept } = message;
    return { ...kept, bytes: Buffer.from(message.bytes).toString('latin1') };
  };
  return exchange === undefined
    ? undefined
    : { ...exchange, request: side(exchange.request), response: side(exchange.response) };
}

describe('PackedPage', () => {
  it('gives every exchange of every capture back as it was, field by field', async () => {
    let compared = 0;
    for (const file of readdirSync(captures).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))) {
      const engine = new Engine();
      const history = new History(1 << 30, engine.keeper);
      const finals: { readonly seq: number; readonly before: unknown; readonly exchange: Exchange }[] = [];
      await readCapture({ path: new URL(file, captures).pathname }, (input) => {
        engine.receive(input);
        for (let event = engine.next(); event !== undefined; event = engine.next()) {
          if (event.kind === 'started') history.add(event.exchange);
          else if (event.kind === 'completed') {
            const { exchange } = event;
            expect(history.get(exchange.seq)).toBe(exchange);
            const before = plain(exchange);
            expect(history.complete(exchange)).toBe(0);
            finals.push({ seq: exchange.seq, before, exchange });
          }
        }
      });
      for (const { seq, before, exchange } of finals) {
        const after = history.get(seq);
        expect(after).not.toBe(exchange);
        expect(after?.connection).toBe(exchange.connection);
        expect(plain(after)).toStrictEqual(before);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(1_000);
  });

  it('gives back whatever an exchange may say', () => {
    const time = fc.maxSafeNat();
    const span = fc.option(fc.nat());
    const text = fc.option(fc.string());
    const opaque = fc.option(
      fc.record({
        reason: fc.constantFrom('unknown-api', 'unknown-version', 'malformed', 'truncated', 'sasl-token', 'redacted'),
        detail: fc.string(),
        offset: fc.option(fc.nat()),
      }),
    );
    const message = fc.option(
      fc.record({ atUs: time, lastByteUs: time, sizeBytes: fc.nat(), bytes: fc.uint8Array(), opaque }),
    );
    const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    const changes = fc.record({
      status: fc.constantFrom('answered', 'unanswered-by-design', 'abandoned', 'orphan'),
      clientId: text,
      apiKey: fc.option(fc.integer({ min: -0x8000, max: 0x7fff })),
      apiVersion: fc.option(fc.integer({ min: -0x8000, max: 0x7fff })),
      guessed: fc.boolean(),
      correlationId: fc.option(int32),
      request: message,
      response: message,
      timing: fc.record({
        latencyUs: span,
        queuedUs: span,
        brokerUs: span,
        waitUs: span,
        throttleUs: span,
        requestTransferUs: span,
        responseTransferUs: span,
        proxyUs: span,
      }),
      throttleTimeMs: fc.option(int32),
      errors: fc.array(fc.record({ code: fc.nat(), name: fc.string(), path: fc.string(), message: text })),
      errorsOmitted: fc.nat(),
      partitionsOmitted: fc.nat(),
      topics: fc.array(fc.string(), { maxLength: 3 }),
      topicCount: fc.nat(),
      group: text,
      transactionalId: text,
      records: fc.option(
        fc.record({
          count: fc.maxSafeNat(),
          batches: fc.nat(),
          bytes: fc.maxSafeNat(),
          uncompressedBytes: fc.option(fc.maxSafeNat()),
          codecs: fc.array(fc.string(), { maxLength: 2 }),
        }),
      ),
      session: fc.option(
        fc.record({
          id: fc.option(int32),
          epoch: int32,
          kind: fc.constantFrom('full', 'incremental', 'closing', 'sessionless'),
          partitions: fc.option(fc.nat()),
          partial: fc.boolean(),
        }),
      ),
      tags: fc.array(fc.string(), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), changes), { maxLength: 12 }), (all) => {
        const keeper = new FrameKeeper();
        const page = new PackedPage();
        const shared = new SharedFactsTable();
        for (const [row, change] of all) {
          const exchange = exchangeFixture(row + 1, {
            connection: connectionFixture(),
            ...(change as Partial<Exchange>),
          });
          page.clear(row, keeper);
          page.pack(row, exchange, shared.of(exchange, 1), keeper);
          expect(page.unpack(row, row + 1, keeper)).toEqual(exchange);
        }
      }),
    );
  });

  it('keeps what is in flight as it is, and an empty row is nothing', () => {
    const keeper = new FrameKeeper();
    const page = new PackedPage();
    expect(page.inFlight(3)).toBeNull();
    expect(page.unpack(3, 4, keeper)).toBeUndefined();
    const exchange = exchangeFixture(4);
    page.putInFlight(3, exchange);
    expect(page.inFlight(3)).toBe(exchange);
    page.clear(3, keeper);
    expect(page.inFlight(3)).toBeNull();
  });
});
