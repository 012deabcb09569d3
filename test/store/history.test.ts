import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { FrameKeeper } from '../../src/exchange/frame-keeper.ts';
import { exchangeOverheadBytes, History, inFlightOverheadBytes } from '../../src/store/history.ts';
import { pageExchanges } from '../../src/store/packed-page.ts';
import { sharedFactsBytes } from '../../src/store/shared-facts.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

const sized = (seq: number, bytes: number) => exchangeFixture(seq, { request: messageFixture(seq, bytes) });

function answer(exchange: Exchange, bytes: number): Exchange {
  exchange.response = messageFixture(exchange.seq, bytes);
  exchange.status = 'answered';
  return exchange;
}

/** What the first exchange of the fixture's client pays for all of them. */
const sharedBytes = sharedFactsBytes({ ...exchangeFixture(1), codecs: null, chargedSeq: 1 });

describe('History', () => {
  it('keeps what fits and says how many it dropped', () => {
    const history = new History(10 * (inFlightOverheadBytes + 100));
    for (let seq = 1; seq <= 25; seq++) history.add(sized(seq, 100));
    expect(history.size).toBe(10);
    expect(history.dropped).toBe(15);
    expect(history.firstSeq).toBe(16);
    expect(history.get(15)).toBeUndefined();
    expect(history.get(16)?.seq).toBe(16);
    expect(history.get(26)).toBeUndefined();
  });

  it('keeps the newest exchange even when it is larger than the limit', () => {
    const history = new History(1000);
    history.add(sized(1, 10));
    history.add(sized(2, 5_000_000));
    expect(history.size).toBe(1);
    expect(history.get(2)?.seq).toBe(2);
  });

  it('keeps four times as many final exchanges as ones in flight, since those are objects', () => {
    const history = new History(1_000_000);
    for (let seq = 1; seq <= 5_000; seq++) {
      const exchange = sized(seq, 20);
      history.add(exchange);
      history.complete(answer(exchange, 10));
    }
    expect(history.size).toBeGreaterThan((1_000_000 / inFlightOverheadBytes) * 3.5);
    expect(history.bytes).toBeLessThanOrEqual(1_000_000);
    expect(history.size).toBe(5_000 - history.dropped);
  });

  it('charges exactly what it gives back, with responses that arrive late or after the drop', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(3000), fc.nat(8)), { maxLength: 300 }), (steps) => {
        const history = new History(40_000);
        const open: ReturnType<typeof sized>[] = [];
        const charged = new Map<number, number>();
        let paidBy = 0;
        steps.forEach(([requestBytes, responseBytes, delay], index) => {
          const exchange = sized(index + 1, requestBytes);
          charged.set(exchange.seq, inFlightOverheadBytes + requestBytes);
          history.add(exchange);
          open.push(exchange);
          if (open.length <= delay) return;
          const answered = open.shift();
          if (answered === undefined) return;
          const kept = history.get(answered.seq) === answered;
          const paysForShared = kept && paidBy < history.firstSeq;
          if (paysForShared) paidBy = answered.seq;
          const known = (answered.request?.bytes.length ?? 0) + (paysForShared ? sharedBytes : 0);
          const dropped = history.complete(answer(answered, responseBytes));
          expect(dropped === null).toBe(!kept);
          if (kept) charged.set(answered.seq, exchangeOverheadBytes + known + responseBytes);
        });
        let kept = 0;
        for (let seq = history.firstSeq; seq < history.endSeq; seq++) kept += charged.get(seq) ?? 0;
        expect(history.bytes).toBe(kept);
        expect(history.size <= 1 || history.bytes <= 40_000).toBe(true);
      }),
    );
  });

  it('finds every exchange across pages, also when the numbering begins far behind zero', () => {
    const first = 5_000_000_000;
    const history = new History(100_000_000);
    const count = pageExchanges * 3 + 7;
    for (let seq = first; seq < first + count; seq++) {
      const exchange = sized(seq, 8);
      history.add(exchange);
      if (seq % 3 !== 0) history.complete(answer(exchange, 4));
    }
    expect(history.size).toBe(count);
    for (let seq = first; seq < first + count; seq++) {
      expect(history.get(seq)?.correlationId).toBe(seq % 3 === 0 ? seq : seq | 0);
      expect(history.get(seq)?.status).toBe(seq % 3 === 0 ? 'in-flight' : 'answered');
    }
  });

  it('gives the frames of what it drops back to their keeper, and those in flight get bytes of their own', () => {
    const keeper = new FrameKeeper();
    const history = new History(200_000, keeper);
    const buffers = new Set<ArrayBufferLike>();
    const parked = exchangeFixture(1, {
      request: { ...messageFixture(1, 100), bytes: keeper.keep(new Uint8Array(100).fill(7)) },
    });
    const slab = parked.request?.bytes.buffer;
    history.add(parked);
    for (let seq = 2; seq <= 3_000; seq++) {
      const bytes = keeper.keep(new Uint8Array(10_000).fill(seq));
      buffers.add(bytes.buffer);
      const exchange = exchangeFixture(seq, { request: { ...messageFixture(seq, 10_000), bytes } });
      history.add(exchange);
      exchange.status = 'abandoned';
      history.complete(exchange);
      expect(history.get(seq)?.request?.bytes[9_999]).toBe(seq & 0xff);
    }
    expect(buffers.size).toBeLessThan(8);
    expect(history.get(1)).toBeUndefined();
    expect(parked.request?.bytes.buffer).not.toBe(slab);
    expect(parked.request?.bytes).toEqual(new Uint8Array(100).fill(7));
    expect(history.complete(parked)).toBeNull();
  });

  it('forgets everything on clear and goes on with the numbering', () => {
    const history = new History(1_000_000);
    const open = sized(1, 10);
    history.add(open);
    for (let seq = 2; seq <= 5; seq++) {
      const exchange = sized(seq, 10);
      history.add(exchange);
      history.complete(answer(exchange, 10));
    }
    history.clear();
    expect(history.size).toBe(0);
    expect(history.bytes).toBe(0);
    expect(history.complete(answer(open, 10))).toBeNull();
    history.add(sized(6, 10));
    expect(history.get(6)?.seq).toBe(6);
  });
});
