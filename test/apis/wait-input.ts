import type { WaitInput } from '../../src/apis/profile.ts';

/** A parked consumer's fetch with nothing to read; each test says only what differs. */
export function waitInput(different: Partial<WaitInput> & { fields?: Record<string, number> }): WaitInput {
  const fields: Record<string, number> = different.fields ?? { maxWaitMs: 500, minBytes: 1 };
  return {
    apiVersion: 12,
    brokerTimeUs: 0,
    requestArrivedUs: 1_700_000_000_000_000,
    request: (name) => fields[name] ?? null,
    recordsBytes: 0,
    recordsCount: 0,
    lastTimestampMs: null,
    errorCode: 0,
    ...different,
  };
}
