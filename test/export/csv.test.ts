import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/export/csv.ts';

describe('csvLine', () => {
  it('quotes as RFC 4180 says, leaves unknown empty and numbers bare', () => {
    expect(csvLine(['a', 'b,c', 'say "x"', null, 12, -3.5, ' edge '])).toBe('a,"b,c","say ""x""",,12,-3.5," edge "');
  });

  it('lets no spreadsheet run a name', () => {
    expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])).toBe("'=1+1,'+1,'-1,'@SUM(A1),'\\x09=1");
  });

  it('escapes what a terminal obeys, line ends too', () => {
    expect(csvLine(['a\u001b[31mb', 'two\nlines', '\u202eleft'])).toBe('a\\x1b[31mb,two\\x0alines,\\u{202e}left');
  });

  it('cuts endless names', () => {
    expect(csvLine(['x'.repeat(100_000)]).length).toBeLessThanOrEqual(32_000);
  });
});
