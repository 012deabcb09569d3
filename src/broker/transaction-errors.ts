import { ErrorCode } from './error-code.ts';

/** Transaction requests before v2 do not know PRODUCER_FENCED and get INVALID_PRODUCER_EPOCH for it (KIP-588). */
export function fencedErrorCode(errorCode: number, apiVersion: number): number {
  return errorCode === ErrorCode.producerFenced && apiVersion < 2 ? ErrorCode.invalidProducerEpoch : errorCode;
}
