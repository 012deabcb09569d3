// SaslHandshake, v0-1. The listener is PLAINTEXT: like a real broker it answers ILLEGAL_SASL_STATE, names no mechanism
// and keeps the connection.
import type { ApiHandler } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const saslHandshake: ApiHandler = {
  apiKey: 17,
  minVersion: 0,
  maxVersion: 1,
  handle: () => ({ errorCode: ErrorCode.illegalSaslState, mechanisms: [] }),
};
