import { expect, test } from 'vitest';
import { PlainMechanism } from '../../../src/proxy/sasl/plain.ts';

test('one token: NUL user NUL password in UTF-8, and whatever comes without an error is a yes', () => {
  const plain = new PlainMechanism('älice', 'pass=word,');
  expect(Buffer.from(plain.first()).toString()).toBe('\0älice\0pass=word,');
  expect(plain.answered()).toEqual({ kind: 'done' });
  expect(plain.secrets).toEqual(['pass=word,']);
  expect(plain.derived().kind).toBe('refused');
});
