import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { readRequestHeader, requestHeaderVersion, responseHeaderVersion } from '../../src/protocol/headers.ts';
import { bytesOf, releases, sampleMessages } from './golden-lines.ts';

test("header versions are Kafka's for every API, version and direction", () => {
  for (const { name } of releases) {
    for (const { key, version, type, headerVersion } of sampleMessages(name)) {
      const ours = type === 'request' ? requestHeaderVersion(key, version) : responseHeaderVersion(key, version);
      expect([key, version, type, ours]).toEqual([key, version, type, headerVersion]);
    }
  }
});

describe('the exceptions', () => {
  test('an ApiVersions response has header 0 in every version', () => {
    expect([0, 3, 5, 99].map((version) => responseHeaderVersion(18, version))).toEqual([0, 0, 0, 0]);
  });

  test('ControlledShutdown v0 has no client id', () => {
    expect([0, 1, 3].map((version) => requestHeaderVersion(7, version))).toEqual([0, 1, 2]);
    expect(readRequestHeader(Buffer.from('0007000000000009ffff', 'hex'))).toMatchObject({
      clientId: null,
      bodyOffset: 8,
    });
  });

  test('SaslHandshake is never flexible', () => {
    expect([requestHeaderVersion(17, 9), responseHeaderVersion(17, 9)]).toEqual([1, 0]);
  });

  test('unknown keys are taken for flexible, unknown versions for what the highest known one is', () => {
    expect([requestHeaderVersion(200, 0), responseHeaderVersion(200, 0)]).toEqual([2, 1]);
    expect([requestHeaderVersion(3, 99), responseHeaderVersion(3, 99)]).toEqual([2, 1]);
  });
});

describe('readRequestHeader', () => {
  test('gives the facts and where the body begins', () => {
    for (const golden of sampleMessages('4.4.0')) {
      if (golden.type !== 'request') continue;
      expect(readRequestHeader(bytesOf(golden))).toMatchObject({
        apiKey: golden.key,
        apiVersion: golden.version,
        headerVersion: golden.headerVersion,
      });
    }
    const bytes = encodeRequest({ apiKey: 12, apiVersion: 4, correlationId: -5, clientId: 'ä', body: {} });
    expect(readRequestHeader(bytes)).toMatchObject({ correlationId: -5, clientId: 'ä', bodyOffset: 13 });
  });

  test('steps over tagged fields', () => {
    const header = readRequestHeader(
      Buffer.from('0003000c000000010001' + '61' + '02' + '0001aa' + '0502bbcc' + '00', 'hex'),
    );
    expect(header).toMatchObject({ clientId: 'a', bodyOffset: 19 });
  });

  test('is null when the payload cannot hold one', () => {
    for (const hex of [
      '',
      '0003',
      '00030000000000',
      '000300000000000100056162',
      '0003000c00000001ffff',
      '0003000c00000001ffff01',
    ]) {
      expect(readRequestHeader(Buffer.from(hex, 'hex'))).toBeNull();
    }
  });

  test('an unknown key whose tag section does not fit is still a request', () => {
    expect(readRequestHeader(Buffer.from('03e7000000000001ffffff', 'hex'))).toMatchObject({
      apiKey: 999,
      headerVersion: 1,
      bodyOffset: 10,
    });
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const header = readRequestHeader(bytes);
        if (header !== null) expect(header.bodyOffset).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
