import { describe, expect, it } from 'vitest';
import { plausibleHeader, requestEvidence } from '../../src/capture/request-evidence.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { apiVersionsRequest } from './synthetic-capture.ts';

const metadata = encodeRequest({
  apiKey: 3,
  apiVersion: 9,
  correlationId: 77,
  clientId: 'unit',
  body: { topics: null },
});

describe('requestEvidence', () => {
  it('is exact for a request whose body is consumed to its last byte', () => {
    expect(requestEvidence(metadata, true)).toEqual({ correlationId: 77, exact: true });
    expect(requestEvidence(apiVersionsRequest(5).subarray(4), true)).toEqual({ correlationId: 5, exact: true });
    expect(requestEvidence(apiVersionsRequest(5, '').subarray(4), true)).toEqual({ correlationId: 5, exact: true });
  });

  it('is none when bytes are left over or missing', () => {
    expect(requestEvidence(Buffer.concat([metadata, Buffer.alloc(1)]), true)).toBe(null);
    expect(requestEvidence(metadata.subarray(0, -1), true)).toBe(null);
  });

  it('takes the header for evidence where the body is too large to be kept, if it names a client', () => {
    expect(requestEvidence(metadata.subarray(0, 16), false)).toEqual({ correlationId: 77, exact: false });
    expect(requestEvidence(apiVersionsRequest(5, '').subarray(4), false)).toBe(null);
  });

  it('wants a known key and version and a printable client id', () => {
    const change = (at: number, value: number) => {
      const bytes = Buffer.from(apiVersionsRequest(5).subarray(4));
      bytes[at] = value;
      return plausibleHeader(bytes);
    };
    expect(change(1, 18)).not.toBe(null);
    expect(change(1, 200)).toBe(null); // API key 200
    expect(change(3, 99)).toBe(null); // version 99
    expect(change(0, 0x80)).toBe(null); // negative key
    expect(change(10, 7)).toBe(null); // control character in the client id
    expect(change(9, 40)).toBe(null); // client id longer than the frame
    expect(plausibleHeader(new Uint8Array(7))).toBe(null);
  });
});
