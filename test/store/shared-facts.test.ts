import { describe, expect, it } from 'vitest';
import { SharedFactsTable, sharedFactsBytes } from '../../src/store/shared-facts.ts';
import { connectionFixture, exchangeFixture } from '../support/exchange-fixture.ts';

describe('SharedFactsTable', () => {
  it('gives exchanges that say the same one set, paid for by the first', () => {
    const table = new SharedFactsTable();
    const first = table.of(exchangeFixture(1, { topics: ['orders'], tags: ['deprecated'] }), 1);
    const second = table.of(exchangeFixture(2, { topics: ['orders'], tags: ['deprecated'] }), 1);
    expect(second).toBe(first);
    expect(second.chargedSeq).toBe(1);
  });

  it('makes another one for every difference', () => {
    const table = new SharedFactsTable();
    const records = { count: 1, batches: 1, bytes: 1, uncompressedBytes: 1 };
    const differences = [
      {},
      { clientId: null },
      { apiVersion: 4 },
      { guessed: true },
      { topics: ['a'] },
      { topics: ['b'] },
      { topics: ['a', 'b'] },
      { topicCount: 3 },
      { group: 'g' },
      { transactionalId: 't' },
      { tags: ['capped'] },
      { records: { ...records, codecs: [] } },
      { records: { ...records, codecs: ['lz4'] } },
    ];
    const sets = differences.map((difference, index) => table.of(exchangeFixture(index + 1, difference), 1));
    expect(new Set(sets).size).toBe(differences.length);
    sets.forEach((set, index) => {
      expect(set.chargedSeq).toBe(index + 1);
    });
  });

  it('is paid for again when who paid has left the history', () => {
    const table = new SharedFactsTable();
    table.of(exchangeFixture(1), 1);
    expect(table.of(exchangeFixture(9), 5).chargedSeq).toBe(9);
    expect(table.of(exchangeFixture(10), 5).chargedSeq).toBe(9);
  });

  it('does not take one connection for another, and forgets when it is told to', () => {
    const table = new SharedFactsTable();
    const one = table.of(exchangeFixture(1, { clientId: 'one' }), 1);
    const far = exchangeFixture(2, { clientId: 'far', connection: connectionFixture({ id: 513 }) });
    expect(table.of(far, 1).clientId).toBe('far');
    table.clear();
    expect(table.of(exchangeFixture(3, { clientId: 'one' }), 1)).not.toBe(one);
  });

  it('costs more with every character it names', () => {
    const table = new SharedFactsTable();
    const short = sharedFactsBytes(table.of(exchangeFixture(1, { topics: ['a'] }), 1));
    const long = sharedFactsBytes(table.of(exchangeFixture(2, { topics: ['a'.repeat(101)] }), 1));
    expect(long - short).toBe(100);
  });
});
