import { describe, expect, it } from 'vitest';
import { beginsFrame } from '../../src/capture/frame-alignment.ts';
import { apiVersionsRequest, apiVersionsResponse } from './synthetic-capture.ts';

const request = Buffer.from(apiVersionsRequest(5));
const response = Buffer.from(apiVersionsResponse(5));

describe('beginsFrame', () => {
  it('knows a request by its header, whole or not', () => {
    expect(beginsFrame(request, 'client', [])).toBe(true);
    expect(beginsFrame(request, null, [])).toBe(true);
    const large = Buffer.concat([request, Buffer.alloc(100)]);
    large.writeInt32BE(1_000_000);
    expect(beginsFrame(large, 'client', [])).toBe(true);
    expect(beginsFrame(request.subarray(1), 'client', [])).toBe(false);
    expect(beginsFrame(response, 'client', [])).toBe(false);
  });

  it('knows a response by sizes that lead to the end of the segment', () => {
    expect(beginsFrame(response, 'broker', [])).toBe(true);
    expect(beginsFrame(Buffer.concat([response, response]), 'broker', [])).toBe(true);
    expect(beginsFrame(Buffer.concat([response, response.subarray(0, 9)]), 'broker', [])).toBe(false);
    expect(beginsFrame(response.subarray(0, 15), 'broker', [])).toBe(false);
  });

  it('knows a response by the number of a request before it', () => {
    expect(beginsFrame(response.subarray(0, 15), 'broker', [4, 5])).toBe(true);
    expect(beginsFrame(response.subarray(0, 15), null, [4, 5])).toBe(true);
    expect(beginsFrame(response.subarray(0, 15), 'client', [4, 5])).toBe(false);
  });

  it('refuses what is no size, and too little to tell', () => {
    expect(beginsFrame(Buffer.from('GET / HTTP/1.1\r\n'), null, [])).toBe(false);
    expect(beginsFrame(Buffer.alloc(64), null, [0])).toBe(false);
    expect(beginsFrame(response.subarray(0, 7), 'broker', [5])).toBe(false);
  });
});
