import { expect, test } from 'vitest';
import { fieldNames } from '../../src/filter/fields/index.ts';
import { filterHelp } from '../../src/filter/filter-help.ts';
import { operators } from '../../src/filter/operators/index.ts';

test('help has every operator, field and unit', () => {
  const help = filterHelp();
  expect(help.operators.map((line) => line.term.split(' ')[0])).toEqual(
    operators.map((each) => each.code.split(' ')[0]),
  );
  expect(help.fields.map((line) => line.term)).toEqual([...fieldNames, 'req.… res.…']);
  expect(help.units.map((line) => line.term)).toEqual(['us ms s m h', 'B KB MB GB KiB MiB GiB', 'k M']);
  for (const line of [...help.operators, ...help.fields, ...help.units]) expect(line.meaning.length).toBeGreaterThan(5);
});

test('what costs a decode says so', () => {
  const partition = filterHelp().fields.find((line) => line.term === 'partition');
  expect(partition?.meaning).toContain('decodes bodies');
});
