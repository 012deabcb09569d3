import { describe, expect, it } from 'vitest';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { resultOf } from '../../../ui/model/result-cell.ts';
import { fakeRow } from '../../support/fake-exchange.ts';

const plain = { ...fakeRow(3), latencyUs: 900, errors: [], tags: [] };

describe('the RESULT cell', () => {
  it.each([
    ['success', {}, '✓', 'ok'],
    ['records', { recordsCount: 12 }, '✓ 12 rec', 'ok'],
    ['a deliberate wait', { waitUs: 499_000 }, '✓ waited 499 ms', 'ok'],
    ['a wait too short to mention', { waitUs: 300 }, '✓', 'ok'],
    ['throttling', { throttleTimeMs: 300 }, '! throttled 300 ms', 'warn'],
    [
      'an error',
      { errors: [{ code: 6, name: 'NOT_LEADER_OR_FOLLOWER' }], errorCount: 1 },
      '✗ NOT_LEADER_OR_FOLLOWER',
      'error',
    ],
    [
      'several errors',
      {
        errors: [
          { code: 6, name: 'A' },
          { code: 3, name: 'B' },
        ],
        errorCount: 76,
      },
      '✗ A +75',
      'error',
    ],
    ['a removed version', { removedInKafka4: true, recordsCount: 4 }, '✓ 4 rec † deprecated', 'warn'],
    ['an undecoded message', { opaque: 'unknown-api' }, '? undecoded: unknown-api', 'warn'],
    ['acks=0', { status: 'unanswered-by-design', recordsCount: 40 }, '∅ acks=0 by design 40 rec', 'plain'],
    ['a lost connection', { status: 'abandoned' }, '✗ no answer, connection ended', 'error'],
    ['an orphan', { status: 'orphan' }, '? response without request', 'warn'],
    ['a tag', { tags: ['retried', 'deprecated'] }, '✓ retried', 'ok'],
  ] as const)('tells %s in words', (_, change, text, role) => {
    expect(resultOf({ ...plain, ...change }, unicodeGlyphs, 0)).toEqual({ text, role });
  });

  it('tells how long an exchange has been in flight', () => {
    const row = { ...plain, status: 'in-flight' as const, latencyUs: null };
    expect(resultOf(row, unicodeGlyphs, row.atUs + 1_200_000).text).toBe('… in flight 1.2 s');
    expect(resultOf(row, unicodeGlyphs, row.atUs - 5).text).toBe('… in flight 0.0 ms');
  });

  it('needs no Unicode and trusts no name', () => {
    expect(resultOf({ ...plain, recordsCount: 2, removedInKafka4: true }, asciiGlyphs, 0).text).toBe(
      'ok 2 rec * deprecated',
    );
    expect(resultOf({ ...plain, tags: ['\u001b[31m'] }, unicodeGlyphs, 0).text).toBe('✓ \\x1b[31m');
  });
});
