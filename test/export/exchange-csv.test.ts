import { describe, expect, it } from 'vitest';
import { exchangeCsvHeader, exchangeCsvRow } from '../../src/export/exchange-csv.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

describe('exchangeCsvRow', () => {
  it('has a value for every column, and null for what is not known', () => {
    const errors = [{ code: 3, name: 'E', path: '', message: null }];
    const row = exchangeCsvRow(exchangeFixture(7, { topics: ['a', 'b'], errors }));
    expect(row).toHaveLength(exchangeCsvHeader.length);
    const named = Object.fromEntries(exchangeCsvHeader.map((field, index) => [field, row[index]]));
    expect(named).toMatchObject({
      seq: 7,
      api: 'ApiVersions',
      client_id: 'orders-svc',
      request_bytes: 20,
      response_bytes: null,
      latency_us: null,
      error: 'E',
      topics: 'a b',
      tags: null,
    });
  });
});
