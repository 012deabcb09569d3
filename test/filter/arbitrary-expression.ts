import fc from 'fast-check';
import type { Field } from '../../src/filter/fields/field.ts';
import { fields } from '../../src/filter/fields/index.ts';
import { isReserved } from '../../src/filter/parse.ts';
import type { Expression, FieldRef, Item, SchemaPath, Value } from '../../src/filter/types.ts';

/** Random trees that the parser could have made: what printing and parsing must keep. Columns are all 0. */

const digits = fc.oneof(fc.integer({ min: -5, max: 100_000 }).map(String), fc.constantFrom('9007199254740993', '-1'));
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('orders.v1', 'a"b\\', '\n\t\u0001'),
);
const timeText = fc.constantFrom(
  '14:02',
  '14:02:11.203',
  '2026-11-21',
  '2026-11-21T14:02Z',
  '2026-11-21T14:02:03+02:00',
  '-5m',
  '-1.5h',
);
const durations = fc.record({
  digits: fc.constantFrom('0', '1', '100', '2.5', '-3'),
  unit: fc.constantFrom('us', 'ms', 's', 'm', 'h'),
});
const sizes = fc.record({
  digits: fc.constantFrom('1', '100', '2.5'),
  unit: fc.constantFrom('B', 'KB', 'MB', 'GB', 'KiB', 'MiB'),
});
const patterns = fc.constantFrom('orders.*', '^a/b$', '[/\\\\]', '\\d+|x', '', '(?:a|b){2,3}').map((source) => source);

const path: fc.Arbitrary<SchemaPath> = fc.constantFrom<SchemaPath>(
  { side: 'req', steps: ['topicData', '*', 'partitionData', '*', 'index'] },
  { side: 'req', steps: ['topicData', '*', 'name'] },
  { side: 'req', steps: ['topics', 2, 'partitions', '*', 'partition'] },
  { side: 'res', steps: ['throttleTimeMs'] },
  { side: 'res', steps: ['responses', '*', 'partitionResponses', 0, 'errorCode'] },
);

const field = fc.constantFrom(...fields);
const refOf = (each: Field): FieldRef => ({ kind: 'field', name: each.name, column: 0 });

function value(each: Field): fc.Arbitrary<Value> {
  const number = digits.map((written): Value => ({ kind: 'number', digits: String(BigInt(written)) }));
  switch (each.type) {
    case 'text':
      return text.map((one): Value => ({ kind: 'text', text: one }));
    case 'enum':
      return fc.constantFrom(...(each.words?.words() ?? ['x'])).map((word): Value => ({ kind: 'word', word }));
    case 'identifier':
    case 'count':
      return number;
    case 'duration':
      return durations.map((one): Value => ({ kind: 'quantity', ...one }));
    case 'size':
      return sizes.map((one): Value => ({ kind: 'quantity', ...one }));
    case 'time':
      return timeText.map((one): Value => ({ kind: 'time', text: one }));
    case 'boolean':
      return fc.boolean().map((one): Value => ({ kind: 'boolean', value: one }));
  }
}

const isOrdered = (each: Field): boolean => !['text', 'enum', 'boolean'].includes(each.type);
const pattern = fc
  .record({ source: patterns, ignoreCase: fc.boolean() })
  .map((one): Value => ({ kind: 'pattern', ...one }));

const comparison: fc.Arbitrary<Expression> = field.chain((each) => {
  const typed = value(each).chain((right) =>
    fc
      .constantFrom('==' as const, '!=' as const, ...(isOrdered(each) ? (['<', '<=', '>', '>='] as const) : []))
      .map((code): Expression => ({ kind: 'comparison', field: refOf(each), code, value: right, column: 0 })),
  );
  if (each.type !== 'text' && each.type !== 'enum') return typed;
  const matching = pattern.chain((right) =>
    fc
      .constantFrom('~' as const, '!~' as const)
      .map((code): Expression => ({ kind: 'comparison', field: refOf(each), code, value: right, column: 0 })),
  );
  const containing = text.chain((right) =>
    fc.constantFrom('contains' as const, 'startswith' as const, 'endswith' as const).map(
      (code): Expression => ({
        kind: 'comparison',
        field: refOf(each),
        code,
        value: { kind: 'text', text: right },
        column: 0,
      }),
    ),
  );
  return fc.oneof(typed, matching, containing);
});

const pathComparison: fc.Arbitrary<Expression> = fc
  .tuple(
    path,
    fc.oneof(
      digits.map((one): Value => ({ kind: 'number', digits: one })),
      text.map((one): Value => ({ kind: 'text', text: one })),
      pattern,
    ),
  )
  .map(([one, right]) => ({
    kind: 'comparison',
    field: { kind: 'path', path: one, column: 0 },
    code: right.kind === 'pattern' ? '~' : '==',
    value: right,
    column: 0,
  }));

const membership: fc.Arbitrary<Expression> = field.chain((each) => {
  const range = isOrdered(each) ? fc.option(value(each)) : fc.constant(null);
  const item: fc.Arbitrary<Item> = fc.record({ from: value(each), to: range });
  return fc.record({
    kind: fc.constant('membership' as const),
    field: fc.constant(refOf(each)),
    negated: fc.boolean(),
    items: fc.array(item, { minLength: 1, maxLength: 3 }),
    column: fc.constant(0),
  });
});

const search: fc.Arbitrary<Expression> = fc
  .oneof(fc.constantFrom('produce', 'orders-svc', 'v1.2', 'and', 'topic', '@x', 'req.x', '', 'any'), text)
  .map((one) => ({ kind: 'search', text: one }));

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  comparison,
  comparison,
  pathComparison,
  membership,
  search,
  field.map((each): Expression => ({ kind: 'present', field: refOf(each) })),
  path.map((one): Expression => ({ kind: 'present', field: { kind: 'path', path: one, column: 0 } })),
  fc.constant<Expression>({ kind: 'set', name: 'marked', column: 0 }),
);

/** Operands of one kind are never nested in each other: the parser flattens them. */
function flat(kind: 'and' | 'or', operands: readonly Expression[]): Expression {
  return { kind, operands: operands.flatMap((each) => (each.kind === kind ? each.operands : [each])) };
}

/** An expression with one list at most per quantifier is not asked for: printing and parsing do not look. */
export const expression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => flat('or', operands)),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => flat('and', operands)),
    tie('node').map((operand): Expression => ({ kind: 'not', operand })),
    fc
      .tuple(fc.constantFrom('any' as const, 'all' as const, 'none' as const), tie('node'))
      .map(([quantifier, operand]): Expression => ({ kind: 'quantified', quantifier, operand, column: 0 })),
    fc
      .tuple(fc.constantFrom('==' as const, '!=' as const, '<' as const, '>=' as const), tie('node'), fc.nat(99))
      .map(([code, operand, count]): Expression => ({ kind: 'count', operand, code, count, column: 0 })),
  ),
})).node;

/** A tree with all columns 0, to compare trees read from different spellings. */
export function withoutColumns(tree: Expression): Expression {
  return JSON.parse(JSON.stringify(tree, (key, part) => (key === 'column' ? 0 : part)));
}

/** Words and signs in any order: mostly nonsense, sometimes a filter. */
export const soup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...fields.map((each) => each.name)),
      fc.constantFrom(
        '==',
        '!=',
        '<',
        '>=',
        '~',
        '!~',
        'in',
        'not',
        '{',
        '}',
        ',',
        '..',
        '(',
        ')',
        '&&',
        '||',
        '!',
        'and',
        'or',
      ),
      fc.constantFrom(
        'contains',
        'any(',
        'count(',
        '100ms',
        '5',
        '1.5k',
        '"a"',
        'r"x"',
        '/a+/i',
        '-5m',
        '14:02',
        'true',
        'Fetch',
        'orders.v1',
      ),
      fc.constantFrom('req.topics[*].name', 'res.', 'req[', '@marked', '@', '=', '"', '/', '\\', '\u0000', '💥'),
      fc.string({ maxLength: 3 }).filter((each) => !isReserved(each)),
    ),
    { maxLength: 12 },
  )
  .chain((parts) => fc.constantFrom(' ', '').map((between) => parts.join(between)));
