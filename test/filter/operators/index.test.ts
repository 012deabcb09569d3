import { expect, test } from 'vitest';
import { compileFilter } from '../../../src/filter/compile.ts';
import { comparisonNamed, comparisonOf, comparisons, operators } from '../../../src/filter/operators/index.ts';

test('every operator has its own code, a sentence and an example that compiles', () => {
  const codes = operators.map((operator) => operator.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, help, example } of operators) {
    expect(help.length).toBeGreaterThan(5);
    expect([code, compileFilter(example).ok]).toEqual([code, true]);
    expect(example.includes(code)).toBe(true);
  }
});

test('comparisons by their code, words in any case', () => {
  for (const operator of comparisons) expect(comparisonNamed(operator.code)).toBe(operator);
  expect(comparisonNamed('Contains')?.code).toBe('contains');
  expect(comparisonNamed('&&')).toBeNull();
  expect(comparisonNamed('constructor')).toBeNull();
  expect(comparisonOf('<=').code).toBe('<=');
});
