import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameProbe } from '../../src/capture/frame-probe.ts';
import { piecesOf } from './read-bytes.ts';
import { apiVersionsRequest, apiVersionsResponse } from './synthetic-capture.ts';

/** Feeds bytes in pieces and collects what the probe finds. */
function probe(bytes: Uint8Array, pieceBytes: number, evidenceBytesMax = 65_536) {
  const subject = new FrameProbe(true, evidenceBytesMax);
  const ids: number[] = [];
  const requests: string[] = [];
  for (const piece of piecesOf(bytes, pieceBytes)) {
    subject.receive(piece);
    ids.push(...subject.correlationIds);
    requests.push(...subject.requests.map((request) => `${request.correlationId}${request.exact ? '!' : '?'}`));
  }
  return { ids, requests, state: subject.state };
}

const frame = (payload: Uint8Array) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(payload.length);
  return Buffer.concat([size, payload]);
};

describe('FrameProbe', () => {
  it('finds requests and the first numbers of frames, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), (pieceBytes) => {
        const stream = Buffer.concat([
          apiVersionsRequest(1),
          frame(new Uint8Array(0)),
          apiVersionsResponse(9),
          frame(Buffer.from('abc')),
          apiVersionsRequest(2),
        ]);
        expect(probe(stream, pieceBytes)).toEqual({
          ids: [0x0012_0000, 9, 0x0012_0000],
          requests: ['1!', '2!'],
          state: 'following',
        });
      }),
    );
  });

  it('judges a frame it may not keep whole by its header', () => {
    const large = Buffer.concat([apiVersionsRequest(3).subarray(4), Buffer.alloc(5_000)]);
    const stream = Buffer.concat([frame(large), apiVersionsRequest(4)]);
    expect(probe(stream, 700, 2_000)).toMatchObject({ requests: ['3?', '4!'] });
  });

  it('knows what is no frame', () => {
    expect(probe(Buffer.from('GET / HTTP/1.1'), 3).state).toBe('foreign');
    expect(probe(Buffer.from([0xff, 0xff, 0xff, 0xff]), 1).state).toBe('foreign');
    const broken = Buffer.concat([apiVersionsRequest(1), Buffer.from('SSH-2.0')]);
    expect(probe(broken, 5)).toMatchObject({ requests: ['1!'], state: 'foreign' });
  });

  it('steps over a gap within a frame, and is lost in one beyond it', () => {
    const subject = new FrameProbe(true, 65_536);
    subject.receive(apiVersionsRequest(1).subarray(0, 16));
    subject.gap(2);
    expect(subject.requests).toEqual([]); // the client id is cut: no evidence
    subject.receive(apiVersionsRequest(2));
    expect(subject.requests).toEqual([{ correlationId: 2, exact: true }]);
    const large = frame(Buffer.concat([apiVersionsRequest(3).subarray(4), Buffer.alloc(100)]));
    subject.receive(large.subarray(0, 40));
    subject.gap(large.length - 40);
    expect(subject.requests).toEqual([{ correlationId: 3, exact: false }]);
    expect(subject.state).toBe('following');
    subject.receive(apiVersionsRequest(4).subarray(0, 10));
    subject.gap(20);
    expect(subject.state).toBe('lost');
  });
});
