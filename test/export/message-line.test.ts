import { beforeAll, describe, expect, it } from 'vitest';
import type { Exchange, MessageFacts } from '../../src/exchange/exchange.ts';
import { messageLine } from '../../src/export/message-line.ts';
import { exchangeLine } from '../../src/export/ndjson.ts';
import { compileJson } from '../../src/protocol/compile-json.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { mayHoldSecrets } from '../../src/redact/secret-keys.ts';
import { corpusMessages, fullCorpusIsThere, type GoldenMessage, sampleMessages } from '../protocol/golden-lines.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';
import { lineByObjects } from './line-by-objects.ts';

function factsOf(bytes: Uint8Array): MessageFacts {
  return {
    atUs: 1_790_000_000_000_010,
    lastByteUs: 1_790_000_000_000_025,
    sizeBytes: bytes.length,
    bytes,
    opaque: null,
  };
}

function exchangeOf(key: number, version: number, sides: { request?: Uint8Array; response?: Uint8Array }): Exchange {
  return exchangeFixture(7, {
    apiKey: key,
    apiVersion: version,
    request: sides.request === undefined ? null : factsOf(sides.request),
    response: sides.response === undefined ? null : factsOf(sides.response),
    records: { count: 1, batches: 1, bytes: 1, uncompressedBytes: null, codecs: ['none'] },
  });
}

function exchangeOfLine(line: GoldenMessage): Exchange {
  return exchangeOf(line.key, line.version, { [line.type]: new Uint8Array(Buffer.from(line.hex, 'hex')) });
}

const hidden = { records: true, unsafeShowSecrets: false };

const allOptions = [false, true].flatMap((unsafeShowSecrets) =>
  [false, true].map((records) => ({ records, payload: 'show' as const, unsafeShowSecrets })),
);

describe.each(['4.4.0', '3.9.1'])('the messages of Kafka %s', (release) => {
  const lines = (fullCorpusIsThere ? corpusMessages : sampleMessages)(release);

  beforeAll(() => {
    for (const { key, type, version } of lines) {
      const plan = planFor(key, type, version);
      if (plan !== null) plan.compiled.json ??= compileJson(plan);
    }
  });

  it('print byte for byte what their objects print, secrets hidden or shown', () => {
    for (const line of lines) {
      const exchange = exchangeOfLine(line);
      for (const options of allOptions) {
        if (exchangeLine(exchange, options) === lineByObjects(exchange, options)) continue;
        throw new Error(`${line.api} ${line.type} v${line.version} ${line.variant} ${JSON.stringify(options)}`);
      }
    }
  });

  it('never come straight from their bytes where these may hold secrets', () => {
    let secret = 0;
    for (const line of lines) {
      if (!mayHoldSecrets(line.key, line.type)) continue;
      const plan = planFor(line.key, line.type, line.version);
      if (plan === null) continue;
      secret += 1;
      const compiled = plan.compiled.json;
      plan.compiled.json = () => {
        throw new Error(`${line.api} ${line.type} v${line.version} was printed with its secrets`);
      };
      try {
        expect(messageLine(exchangeOfLine(line), line.type, hidden).text).not.toBe('');
      } finally {
        plan.compiled.json = compiled;
      }
    }
    expect(secret).toBeGreaterThan(10);
  });
});

describe('secrets, also after a thousand messages', () => {
  const password = Buffer.from('canary-password');
  const canaries = ['canary-password', password.toString('base64'), password.toString('hex')];
  const secrets: [string, number, number, 'request' | 'response', Record<string, unknown>][] = [
    ['SaslAuthenticate request', 36, 2, 'request', { authBytes: password }],
    ['SaslAuthenticate response', 36, 2, 'response', { authBytes: password }],
    ['CreateDelegationToken response', 38, 3, 'response', { hmac: password }],
    ['RenewDelegationToken request', 39, 2, 'request', { hmac: password }],
    [
      'AlterUserScramCredentials request',
      51,
      0,
      'request',
      { upsertions: [{ name: 'a', salt: password, saltedPassword: password }] },
    ],
    [
      'IncrementalAlterConfigs request',
      44,
      1,
      'request',
      { resources: [{ resourceName: '1', configs: [{ name: 'ssl.key.password', value: 'canary-password' }] }] },
    ],
    [
      'DescribeConfigs response',
      32,
      4,
      'response',
      { results: [{ configs: [{ name: 'x', value: 'canary-password', isSensitive: true }] }] },
    ],
  ];

  it.each(secrets)('of %s stay hidden', (_name, key, version, side, body) => {
    const head = { apiKey: key, apiVersion: version, correlationId: 1, body: body as never };
    const bytes = side === 'request' ? encodeRequest({ ...head, clientId: 'a' }) : encodeResponse(head);
    const exchange = exchangeOf(key, version, { [side]: bytes });
    for (let use = 0; use < 1_000; use += 1) {
      const { text } = messageLine(exchange, side, hidden);
      if (!text.includes('<redacted>') || canaries.some((canary) => text.includes(canary))) throw new Error(text);
    }
    for (let use = 0; use < 200; use += 1)
      expect(messageLine(exchange, side, { ...hidden, unsafeShowSecrets: true }).text).not.toContain('<redacted>');
    expect(messageLine(exchange, side, hidden).text).toContain('<redacted>');
  });
});

it('a message that cannot be read says why, whether its version is compiled or not', () => {
  const plan = planFor(12, 'response', 4);
  if (plan === null) throw new Error('no plan');
  const bytes = encodeResponse({ apiKey: 12, apiVersion: 4, correlationId: 1, body: { errorCode: 27 } });
  const options = { records: true, payload: 'hide', unsafeShowSecrets: false } as const;
  for (const compiled of [null, compileJson(plan)]) {
    plan.compiled.json = compiled;
    for (let end = 0; end <= bytes.length; end += 1) {
      const exchange = exchangeOf(12, 4, { response: bytes.subarray(0, end) });
      expect(exchangeLine(exchange, options)).toBe(lineByObjects(exchange, options));
    }
  }
});
