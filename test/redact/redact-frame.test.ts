import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { MessageType, Struct, UnknownTag } from '../../src/protocol/message.ts';
import { type MessagePlan, planFor } from '../../src/protocol/plan.ts';
import { type RedactOutcome, redactRawSasl, redactRequest, redactResponse } from '../../src/redact/redact-frame.ts';
import { holdsConfigs, mayHoldSecrets } from '../../src/redact/secret-keys.ts';
import { type ConfigEntries, canary, canaryBody, hasCanary } from './canary-body.ts';

const types: readonly MessageType[] = ['request', 'response'];

/** Every plan there is, or those a predicate wants. */
function plans(wanted: (apiKey: number, type: MessageType) => boolean): MessagePlan[] {
  const found: MessagePlan[] = [];
  for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
    const range = versionRange(apiKey);
    if (range === null) continue;
    for (const type of types) {
      if (!wanted(apiKey, type)) continue;
      for (let version = range.min; version <= range.max; version++) {
        const plan = planFor(apiKey, type, version);
        if (plan !== null) found.push(plan);
      }
    }
  }
  return found;
}

function encode(plan: MessagePlan, body: Struct, unknownTags: readonly UnknownTag[] = []): Uint8Array {
  const { apiKey, apiVersion } = plan;
  const head = { apiKey, apiVersion, correlationId: 0x01020304, body, unknownTags };
  return plan.type === 'request' ? encodeRequest({ ...head, clientId: 'client' }) : encodeResponse(head);
}

function redact(payload: Uint8Array, plan: MessagePlan): RedactOutcome {
  const redactIt = plan.type === 'request' ? redactRequest : redactResponse;
  return redactIt(payload, plan.apiKey, plan.apiVersion);
}

/** The original with each canary overwritten: what redaction must give, to the byte. */
function expected(payload: Uint8Array): Uint8Array {
  const copy = Buffer.from(payload);
  for (let at = copy.indexOf(canary); at >= 0; at = copy.indexOf(canary)) copy.fill('*', at, at + canary.length);
  return new Uint8Array(copy);
}

describe('schema secrets', () => {
  const secret = plans((apiKey, type) => mayHoldSecrets(apiKey, type) && !holdsConfigs(apiKey, type));

  test('the messages are those of PROTOCOL 7.1', () => {
    expect([...new Set(secret.map((plan) => `${plan.apiKey} ${plan.type}`))]).toEqual([
      '36 request',
      '36 response',
      '38 response',
      '39 request',
      '40 request',
      '41 response',
      '51 request',
      '58 request',
      '58 response',
    ]);
  });

  test.each(secret.map((plan) => [`${plan.apiName} ${plan.type} v${plan.apiVersion}`, plan] as const))(
    '%s',
    (_, plan) => {
      const payload = encode(plan, canaryBody(plan.body));
      expect(hasCanary(payload)).toBe(true);
      const copy = payload.slice();
      expect(redact(copy, plan)).toBe('redacted');
      expect(copy).toEqual(expected(payload));
      const decoded =
        plan.type === 'request' ? decodeRequest(copy) : decodeResponse(copy, plan.apiKey, plan.apiVersion);
      expect(decoded.kind).toBe('decoded');
    },
  );

  test('a frame cut anywhere keeps nothing of the secret', () => {
    for (const plan of secret) {
      const payload = encode(plan, canaryBody(plan.body));
      for (let length = 0; length < payload.length; length++) {
        const copy = payload.slice(0, length);
        redact(copy, plan);
        const rest = Buffer.from(copy);
        for (let part = 4; part <= canary.length; part++) {
          if (rest.includes(canary.slice(0, part)))
            throw new Error(`${plan.apiName} v${plan.apiVersion} cut at ${length}`);
        }
      }
    }
  });

  test('bytes after the body and unknown tags count as secret', () => {
    for (const plan of secret) {
      const data = new Uint8Array(Buffer.from(canary));
      const tags: UnknownTag[] = plan.body.flexible ? [{ in: 'body', path: '', tag: 99, data }] : [];
      const payload = Buffer.concat([encode(plan, canaryBody(plan.body), tags), data]);
      expect(redact(payload, plan)).toBe('redacted');
      expect(hasCanary(payload)).toBe(false);
    }
  });

  test('a version from the future is hidden whole', () => {
    const payload = Buffer.from(`${'\0'.repeat(12)}${canary}`);
    expect(redactRequest(payload, 36, 77)).toBe('redacted-whole');
    expect(hasCanary(payload)).toBe(false);
    const response = Buffer.from(`\0\0\0\u0001${canary}`);
    expect(redactResponse(response, 38, 77)).toBe('redacted-whole');
    expect([...response.subarray(0, 4)]).toEqual([0, 0, 0, 1]);
    expect(hasCanary(response)).toBe(false);
  });

  test('any bytes at all: never an exception, never another length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...secret), (bytes, plan) => {
        const copy = bytes.slice();
        redact(copy, plan);
        expect(copy.length).toBe(bytes.length);
        expect(copy.subarray(0, 4)).toEqual(bytes.subarray(0, 4));
      }),
    );
  });
});

describe('configurations', () => {
  // CreateTopics responses have entries since v5.
  const configs = plans(holdsConfigs).filter((plan) =>
    hasCanary(encode(plan, canaryBody(plan.body, { name: 'any', isSensitive: true, value: canary }))),
  );

  function redacted(
    plan: MessagePlan,
    entries: ConfigEntries,
  ): { outcome: RedactOutcome; seen: boolean; same: boolean } {
    const payload = encode(plan, canaryBody(plan.body, entries));
    const copy = payload.slice();
    const outcome = redact(copy, plan);
    expect(copy).toEqual(outcome === 'untouched' ? payload : expected(payload));
    return { outcome, seen: hasCanary(copy), same: Buffer.compare(copy, payload) === 0 };
  }

  test.each(configs.map((plan) => [`${plan.apiName} ${plan.type} v${plan.apiVersion}`, plan] as const))(
    '%s',
    (_, plan) => {
      const byName = redacted(plan, { name: 'sasl.jaas.config', isSensitive: false, value: canary });
      expect(byName).toEqual({ outcome: 'redacted', seen: false, same: false });
      const open = redacted(plan, { name: 'retention.ms', isSensitive: false, value: canary });
      expect(open).toEqual({ outcome: 'untouched', seen: true, same: true });
      if (plan.type === 'response') {
        const byFlag = redacted(plan, { name: 'plugin.setting', isSensitive: true, value: canary });
        expect(byFlag).toEqual({ outcome: 'redacted', seen: false, same: false });
      }
    },
  );

  test('a null value has nothing to hide', () => {
    const plan = planFor(44, 'request', 1);
    if (plan === null) throw new Error('IncrementalAlterConfigs v1');
    const entry = { name: 'ssl.key.password', configOperation: 1, value: null };
    const payload = encode(plan, {
      resources: [{ resourceType: 4, resourceName: '1', configs: [entry] }],
      validateOnly: false,
    });
    expect(redact(payload, plan)).toBe('untouched');
  });

  test('a malformed one is hidden whole', () => {
    const plan = planFor(33, 'request', 2);
    if (plan === null) throw new Error('AlterConfigs v2');
    const payload = encode(plan, canaryBody(plan.body, { name: 'retention.ms', isSensitive: false, value: canary }));
    const cut = payload.slice(0, payload.length - 2);
    expect(redact(cut, plan)).toBe('redacted-whole');
    expect(hasCanary(cut)).toBe(false);
  });
});

test('every other message is left as it is', () => {
  const others = plans((apiKey, type) => !mayHoldSecrets(apiKey, type));
  expect(others.length).toBeGreaterThan(500);
  for (const plan of others) {
    const payload = encode(plan, canaryBody(plan.body));
    const copy = payload.slice();
    expect(redact(copy, plan)).toBe('untouched');
    expect(Buffer.compare(copy, payload)).toBe(0);
  }
});

test('unknown keys are left as they are, raw tokens never', () => {
  const payload = Buffer.from(canary);
  expect(redactRequest(payload, 999, 0)).toBe('untouched');
  expect(redactResponse(payload, -1, 0)).toBe('untouched');
  redactRawSasl(payload);
  expect(payload.toString()).toBe('*'.repeat(canary.length));
});
