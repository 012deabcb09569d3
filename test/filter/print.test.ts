import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../src/filter/parse.ts';
import { printFilter, quote } from '../../src/filter/print.ts';
import { tokensOf } from '../../src/filter/tokens.ts';
import { expression, withoutColumns } from './arbitrary-expression.ts';

describe('print', () => {
  test('parsing what was printed gives the same tree', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(withoutColumns(parseFilter(printFilter(tree)))).toEqual(withoutColumns(tree));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['api==0', 'api == Produce'],
    ['API == fetch and ERROR', 'api == Fetch && error'],
    ['(a || b) || (c && d)', 'a || b || c && d'],
    ['(a || b) && c', '(a || b) && c'],
    ['not (api == Fetch)', '!(api == Fetch)'],
    ['!topic', '!topic'],
    ['! ! held', '!!held'],
    ['topic ~ "a/b"', 'topic ~ /a\\/b/'],
    ['topic ~ "(?i)Orders"', 'topic ~ /Orders/i'],
    ['records > 1.5k', 'records > 1500'],
    ['size>1kb', 'size > 1KB'],
    ['latency > 100MS', 'latency > 100ms'],
    ['req.topic_data[*].partition_data[0].index==3', 'req.topicData[*].partitionData[0].index == 3'],
    ['group==billing', 'group == "billing"'],
    ['api NOT IN {3,fetch}', 'api not in {Metadata, Fetch}'],
    ['"two words"', '"two words"'],
    ['"topic"', '"topic"'],
    ['throttle > 0', 'throttle > 0'],
  ])('%s becomes %s', (written, canonical) => {
    expect(printFilter(parseFilter(written))).toBe(canonical);
  });

  test('any text survives quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = quote(text);
        expect(tokensOf(quoted)[0]).toMatchObject({ kind: 'string', text });
        expect([...quoted].every((char) => char >= ' ')).toBe(true);
      }),
    );
  });
});
