import { expect, test } from 'vitest';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { messageJson, requestPlan, responsePlan } from '../../src/protocol/message-json.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { compileAfterUses } from '../../src/protocol/source-parts.ts';
import { planOf } from './arbitrary-body.ts';

test('compiles after some uses, and prints from then on what it can', () => {
  const plan = planOf(12, 'response', 4);
  plan.compiled.jsonUses = 0;
  plan.compiled.json = null;
  const bytes = encodeResponse({ apiKey: 12, apiVersion: 4, correlationId: 9, body: { errorCode: 27 } });
  for (let use = 1; use < compileAfterUses; use += 1) expect(messageJson(bytes, plan)).toBeNull();
  const text = '"header":{"correlationId":9},"body":{"throttleTimeMs":0,"errorCode":27}';
  expect(messageJson(bytes, plan)).toEqual({ text, records: [] });
  expect(messageJson(bytes.subarray(0, bytes.length - 1), plan)).toBeNull();
  expect(messageJson(bytes, plan)?.text).toBe(text);
});

test('finds the plan that the decoder would read a message by', () => {
  const request = encodeRequest({ apiKey: 18, apiVersion: 3, correlationId: 1, clientId: 'a', body: {} });
  expect(requestPlan(request)).toBe(planFor(18, 'request', 3));
  expect(requestPlan(Uint8Array.from([0, 18, 0]))).toBeNull();
  expect(requestPlan(Uint8Array.from([3, 231, 0, 0]))).toBeNull();
  // An ApiVersions response with error 35 comes in the layout of version 0 (KIP-511).
  const refused = encodeResponse({ apiKey: 18, apiVersion: 0, correlationId: 1, body: { errorCode: 35 } });
  expect(responsePlan(refused, 18, 3)).toBe(planFor(18, 'response', 0));
  expect(responsePlan(request, 12, 4)).toBe(planFor(12, 'response', 4));
});
