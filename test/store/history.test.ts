import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeOverheadBytes, History } from '../../src/store/history.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

const sized = (seq: number, bytes: number) => exchangeFixture(seq, { request: messageFixture(seq, bytes) });

describe('History', () => {
  it('keeps what fits and says how many it dropped', () => {
    const history = new History(10 * (exchangeOverheadBytes + 100));
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

  it('charges exactly what it gives back, with responses that arrive late or after the drop', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(3000), fc.nat(8)), { maxLength: 300 }), (steps) => {
        const history = new History(40_000);
        const open: ReturnType<typeof sized>[] = [];
        const charged = new Map<number, number>();
        steps.forEach(([requestBytes, responseBytes, delay], index) => {
          const exchange = sized(index + 1, requestBytes);
          charged.set(exchange.seq, exchangeOverheadBytes + requestBytes);
          history.add(exchange);
          open.push(exchange);
          if (open.length <= delay) return;
          const answered = open.shift();
          if (answered === undefined) return;
          answered.response = messageFixture(1, responseBytes);
          if (history.get(answered.seq) === answered) {
            charged.set(answered.seq, (charged.get(answered.seq) ?? 0) + responseBytes);
          }
          history.grew(answered, responseBytes);
        });
        let kept = 0;
        for (let seq = history.firstSeq; seq < history.endSeq; seq++) kept += charged.get(seq) ?? 0;
        expect(history.bytes).toBe(kept);
        expect(history.size <= 1 || history.bytes <= 40_000).toBe(true);
      }),
    );
  });

  it('forgets everything on clear and goes on with the numbering', () => {
    const history = new History(1_000_000);
    for (let seq = 1; seq <= 5; seq++) history.add(sized(seq, 10));
    history.clear();
    expect(history.size).toBe(0);
    expect(history.bytes).toBe(0);
    history.add(sized(6, 10));
    expect(history.get(6)?.seq).toBe(6);
  });
});
