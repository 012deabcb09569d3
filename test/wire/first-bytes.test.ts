import { describe, expect, it } from 'vitest';
import { classifyFirstBytes, type FirstBytesKind, sentenceFor } from '../../src/wire/first-bytes.ts';
import { frameBytesMax } from '../../src/wire/frame.ts';

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));
const hex = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'hex'));
const size = (bytes: Uint8Array): number => Buffer.from(bytes).readInt32BE(0);

const cases: readonly [string, Uint8Array, FirstBytesKind][] = [
  ['an ApiVersions request', hex('00000020001200030000000100'), 'kafka-plausible'],
  ['an empty SASL token', hex('00000000'), 'kafka-plausible'],
  ['the largest frame', hex('06400000'), 'kafka-plausible'],
  ['one byte more', hex('06400001'), 'oversize'],
  ['minus one', hex('ffffffff'), 'negative'],
  ['TLS 1.0 record', hex('1603010200010001fc0303'), 'tls-handshake'],
  ['TLS 1.2 record', hex('160303007a0200'), 'tls-handshake'],
  ['TLS alert', hex('15030300020228'), 'tls-alert'],
  ['an SSL 3.0 alert', hex('15030000020228'), 'tls-alert'],
  ['16 with a foreign version', hex('16040100'), 'oversize'],
  ['GET', text('GET / HTTP/1.1\r\n'), 'http-request'],
  ['POST', text('POST /topics HTT'), 'http-request'],
  ['PUT', text('PUT /connectors '), 'http-request'],
  ['HEAD', text('HEAD / HTTP/1.1\r'), 'http-request'],
  ['DELETE', text('DELETE /x HTTP/1'), 'http-request'],
  ['OPTIONS', text('OPTIONS * HTTP/1'), 'http-request'],
  ['CONNECT', text('CONNECT kafka:90'), 'http-request'],
  ['h2 preface', text('PRI * HTTP/2.0\r\n'), 'http2-preface'],
  ['HTTP response', text('HTTP/1.1 400 Bad'), 'http-response'],
  ['SSH', text('SSH-2.0-OpenSSH_9'), 'ssh'],
  ['PROXY v1', text('PROXY TCP4 10.0.'), 'proxy-v1'],
  ['PROXY v2', hex('0d0a0d0a000d0a515549540a2111000c'), 'proxy-v2'],
  ['three bytes', hex('160301'), 'unknown'],
  ['nothing', hex(''), 'unknown'],
];

describe('classifyFirstBytes', () => {
  it.each(cases)('%s', (_name, bytes, kind) => {
    expect(classifyFirstBytes(bytes)).toBe(kind);
  });

  it('never takes a size a Kafka peer may send for another protocol', () => {
    for (const [, bytes, kind] of cases) {
      if (kind === 'kafka-plausible' || kind === 'unknown') continue;
      expect(size(bytes) < 0 || size(bytes) > frameBytesMax).toBe(true);
    }
  });
});

describe('sentenceFor', () => {
  it.each([...new Set(cases.map(([, , kind]) => kind))])('%s is one sentence with a next step', (kind) => {
    const sentence = sentenceFor(kind, 1195725856);
    expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
    expect(sentence).toMatch(/[,;:] /);
  });

  it('shows the impossible size', () => {
    expect(sentenceFor('oversize', 1195725856)).toContain('1195725856');
    expect(sentenceFor('negative', -1)).toContain('-1');
  });
});
