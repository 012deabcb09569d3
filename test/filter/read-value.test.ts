import { describe, expect, test } from 'vitest';
import { refOf } from '../../src/filter/field-ref.ts';
import { FilterError } from '../../src/filter/filter-error.ts';
import { comparisonNamed } from '../../src/filter/operators/index.ts';
import { readValue } from '../../src/filter/read-value.ts';
import { tokensOf } from '../../src/filter/tokens.ts';

function read(field: string, code: string, text: string): unknown {
  const operator = comparisonNamed(code);
  const token = tokensOf(text)[0];
  if (operator === null || token === undefined) throw new Error(code);
  try {
    return readValue(refOf(field, 1), operator, token);
  } catch (error) {
    if (error instanceof FilterError) return `${error.column}: ${error.message}`;
    throw error;
  }
}

describe('values', () => {
  test.each([
    ['api', '==', 'produce', { kind: 'word', word: 'Produce' }],
    ['api', '==', '"Fetch"', { kind: 'word', word: 'Fetch' }],
    ['api', '==', '999', { kind: 'word', word: '999' }],
    ['error', '==', '6', { kind: 'word', word: 'NOT_LEADER_OR_FOLLOWER' }],
    ['acks', '==', '-1', { kind: 'word', word: 'all' }],
    ['corr', '==', '5k', { kind: 'number', digits: '5000' }],
    ['corr', '==', '007', { kind: 'number', digits: '7' }],
    ['offset', '>', '9007199254740993', { kind: 'number', digits: '9007199254740993' }],
    ['latency', '>', '1.5s', { kind: 'quantity', digits: '1.5', unit: 's' }],
    ['latency', '>', '10µs', { kind: 'quantity', digits: '10', unit: 'us' }],
    ['throttle', '>', '0', { kind: 'quantity', digits: '0', unit: '' }],
    ['size', '<', '2mib', { kind: 'quantity', digits: '2', unit: 'MiB' }],
    ['tls', '==', 'TRUE', { kind: 'boolean', value: true }],
    ['time', '>', '"14:02"', { kind: 'time', text: '14:02' }],
    ['topic', '==', 'orders.v1', { kind: 'text', text: 'orders.v1' }],
    ['topic', '~', 'orders.*', { kind: 'pattern', source: 'orders.*', ignoreCase: false }],
    ['topic', '~', '/a\\/b/i', { kind: 'pattern', source: 'a/b', ignoreCase: true }],
    ['api', 'contains', 'Group', { kind: 'text', text: 'Group' }],
    ['res.errorCode', '==', 'rebalance_in_progress', { kind: 'word', word: 'REBALANCE_IN_PROGRESS' }],
    ['res.throttleTimeMs', '>', '1s', { kind: 'quantity', digits: '1', unit: 's' }],
    ['req.topics[*].name', '==', 'orders', { kind: 'text', text: 'orders' }],
    ['req.acks', '==', '-1', { kind: 'number', digits: '-1' }],
    ['req.minBytes', '==', '1MiB', { kind: 'quantity', digits: '1', unit: 'MiB' }],
    ['req.minBytes', '==', '2M', { kind: 'number', digits: '2000000' }],
  ])('%s %s %s', (field, code, text, value) => {
    expect(read(field, code, text)).toEqual(value);
  });

  test('a word that names a field of the same kind is that field', () => {
    expect(read('client.id', '==', 'group')).toEqual({
      kind: 'field',
      field: { kind: 'field', name: 'group', column: 1 },
    });
    expect(read('latency', '>', 'throttle')).toMatchObject({ kind: 'field' });
    expect(read('req.timeoutMs', '<', 'res.throttleTimeMs')).toMatchObject({ kind: 'field' });
  });

  test.each([
    ['latency', '>', '100', '1: 100 has no unit; did you mean 100ms?'],
    ['size', '>', '100', '1: 100 has no unit; did you mean 100KB?'],
    ['latency', '>', '100x', '4: x is no unit of a duration; use one of us, ms, s, m, h'],
    ['latency', '>', '5MB', '2: MB is no unit of a duration; use one of us, ms, s, m, h'],
    ['corr', '==', '5ms', '1: corr is a plain number; ms is no unit of it (k and M are)'],
    ['corr', '==', '1.5', '1: corr is a whole number'],
    ['corr', '==', '"5"', '1: "5" is no number; corr is a number; write it without quotes'],
    ['corr', '==', 'five', '1: "five" is no number; corr is a number'],
    ['records', '>', '999999999999M', '1: 999999999999 is too large for a unit; write the number out'],
    ['api', '==', 'Prodce', '1: "Prodce" is no API; did you mean Produce?'],
    ['error', '==', 'NOT_LEADER', '1: "NOT_LEADER" is no error; did you mean NOT_LEADER_OR_FOLLOWER?'],
    ['error', '>', '5', '1: error is a name and has no order; error.code is the number'],
    ['topic', '<', '"b"', '1: topic is text and has no order'],
    ['tls', '==', 'yes', '1: tls is true or false, not "yes"'],
    ['time', '>', 'noon', '1: "noon" is no time; write 14:02, 2026-11-21T14:02Z or -5m'],
    ['latency', '~', '"1.*"', '1: latency is a duration; ~ works on text, use == or <'],
    ['topic', '==', '/a/', '1: a pattern needs ~ or !~, not =='],
    ['topic', '~', '"a(b"', '3: "(" without ")"'],
    ['topic', '~', '/(a)\\1/', '5: back references are not supported'],
    ['topic', '==', 'latency', '1: latency is a field of another kind; write "latency" for the text'],
    ['res.errorCode', '==', 'null', '1: what is missing is found with !res.errorCode'],
    ['req.acks', '>', '5s', '2: req.acks is no time in milliseconds; leave the unit away'],
    ['req.acks', '>', '"5"', '1: > compares numbers'],
    ['topic', '==', ')', '1: a value is missing after ==; topic is text'],
    ['latency', '==', '', '1: a value is missing after ==; latency is a duration'],
  ])('%s %s %s is refused', (field, code, text, message) => {
    expect(read(field, code, text)).toBe(message);
  });
});
