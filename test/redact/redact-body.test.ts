import { describe, expect, test } from 'vitest';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { printJson } from '../../src/protocol/json.ts';
import type { DecodedMessage, MessageType, Struct } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { redactBody, redactedText } from '../../src/redact/redact-body.ts';
import { mayHoldSecrets } from '../../src/redact/secret-keys.ts';
import { canary, canaryBody, harmless } from './canary-body.ts';

function decoded(type: MessageType, apiKey: number, apiVersion: number, body: Struct): DecodedMessage {
  const head = { apiKey, apiVersion, correlationId: 1, body };
  const message =
    type === 'request'
      ? decodeRequest(encodeRequest({ ...head, clientId: 'client' }))
      : decodeResponse(encodeResponse(head), apiKey, apiVersion);
  if (message.kind !== 'decoded') throw new Error(message.detail);
  return message;
}

const configs = { name: 'ssl.key.password', isSensitive: false, value: canary };

describe('redacted body', () => {
  test('no canary of any secret-bearing message is printed, the rest is', () => {
    let messages = 0;
    for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
      const range = versionRange(apiKey);
      if (range === null) continue;
      for (const type of ['request', 'response'] as const) {
        if (!mayHoldSecrets(apiKey, type)) continue;
        for (let version = range.min; version <= range.max; version++) {
          const plan = planFor(apiKey, type, version);
          if (plan === null) continue;
          const message = decoded(type, apiKey, version, canaryBody(plan.body, configs));
          const before = printJson(message.body);
          const json = printJson(redactBody(message));
          const hidden = [canary, Buffer.from(canary).toString('base64')];
          // Responses of CreateTopics have configurations since v5.
          if (apiKey === 19 && type === 'response' && version < 5) continue;
          expect(hidden.some((text) => before.includes(text))).toBe(true);
          expect(hidden.some((text) => json.includes(text))).toBe(false);
          expect(json).toContain(redactedText);
          expect(printJson(message.body)).toBe(before);
          const others = before.split(harmless).length;
          expect(json.split(harmless).length).toBe(others);
          messages++;
        }
      }
    }
    expect(messages).toBeGreaterThan(25);
  });

  test('null stays null, open values stay open, flagged ones do not', () => {
    const entry = { readOnly: false, configSource: 1, synonyms: [] };
    const body = {
      results: [
        {
          configs: [
            { ...entry, name: 'ssl.key.password', value: null },
            { ...entry, name: 'retention.ms', value: '1' },
            { ...entry, name: 'plugin.setting', value: 'x', isSensitive: true },
          ],
        },
      ],
    };
    const redacted = redactBody(decoded('response', 32, 4, body));
    expect(redacted).toMatchObject({
      results: [{ configs: [{ value: null }, { value: '1' }, { value: redactedText }] }],
    });
  });

  test('a body without secrets is the same object', () => {
    const message = decoded('request', 3, 12, {});
    expect(redactBody(message)).toBe(message.body);
  });
});
