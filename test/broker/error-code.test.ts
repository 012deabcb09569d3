import { expect, it } from 'vitest';
import { ErrorCode } from '../../src/broker/error-code.ts';
import { errorName } from '../../src/protocol/error-codes.ts';

it('error codes have the numbers Kafka gave their names', () => {
  for (const [name, code] of Object.entries(ErrorCode)) {
    expect(errorName(code).replaceAll('_', '').toLowerCase()).toBe(name.toLowerCase());
  }
});
