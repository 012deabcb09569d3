import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorrelationTable } from '../../src/exchange/correlation-table.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

const request = (seq: number, correlationId: number) => exchangeFixture(seq, { correlationId });

describe('CorrelationTable', () => {
  it('gives the oldest of two requests that share a correlation id first', () => {
    const table = new CorrelationTable(10);
    table.put(request(1, 7));
    table.put(request(2, 7));
    expect(table.take(7)?.exchange.seq).toBe(1);
    expect(table.take(7)?.exchange.seq).toBe(2);
    expect(table.take(7)).toBeUndefined();
  });

  it('finds an answer that overtook others and says that it was out of order', () => {
    const table = new CorrelationTable(10);
    for (const [seq, id] of [
      [1, 10],
      [2, 11],
      [3, 12],
    ] as const)
      table.put(request(seq, id));
    expect(table.take(11)).toMatchObject({ inOrder: false, exchange: { seq: 2 } });
    expect(table.take(10)).toMatchObject({ inOrder: true, exchange: { seq: 1 } });
    expect(table.take(12)).toMatchObject({ inOrder: true, exchange: { seq: 3 } });
    expect(table.size).toBe(0);
  });

  it('finds the oldest waiting one with an id and leaves it there', () => {
    const table = new CorrelationTable(10);
    for (const [seq, id] of [
      [1, 10],
      [2, 11],
      [3, 11],
    ] as const)
      table.put(request(seq, id));
    expect(table.find(11)?.seq).toBe(2);
    expect(table.find(12)).toBeUndefined();
    expect(table.size).toBe(3);
  });

  it('pushes the oldest out beyond its limit', () => {
    const table = new CorrelationTable(2);
    expect(table.put(request(1, 1))).toBeUndefined();
    expect(table.put(request(2, 2))).toBeUndefined();
    expect(table.put(request(3, 3))?.seq).toBe(1);
    expect(table.size).toBe(2);
  });

  it('answers in order for any mix of puts and takes (model: an array)', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('take' as const), fc.integer({ min: 0, max: 5 }))), (steps) => {
        const table = new CorrelationTable(1000);
        const model: number[] = [];
        let seq = 0;
        for (const step of steps) {
          if (step === 'take') {
            const head = model.shift();
            expect(table.shift()?.correlationId).toBe(head);
          } else {
            seq += 1;
            model.push(step);
            table.put(request(seq, step));
          }
          expect(table.size).toBe(model.length);
        }
        expect(table.drain().map((exchange) => exchange.correlationId)).toEqual(model);
      }),
    );
  });
});
