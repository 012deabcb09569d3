import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRequest } from '../../src/protocol/encode.ts';
import type { RequestHead } from '../../src/proxy/request-head.ts';
import { type RequestSink, RequestTracker, requestHeadBytesMax } from '../../src/proxy/request-tracker.ts';
import { framed } from '../support/conversation.ts';

/** Remembers what a tracker says. */
class Heard implements RequestSink {
  readonly requests: string[] = [];
  readonly lost: string[] = [];
  room = Number.POSITIVE_INFINITY;

  requestSeen({ apiKey, apiVersion, correlationId, responseDue }: RequestHead, at: number): boolean {
    if (!responseDue) this.unanswered += 1;
    else this.requests.push(`${apiKey}.${apiVersion}#${correlationId}`);
    if (at >= 0) this.begunAt.push(at);
    return this.requests.length <= this.room;
  }

  unanswered = 0;
  /** Where requests began in the bytes they came with. */
  readonly begunAt: number[] = [];
  readonly others: number[] = [];
  ended = 0;
  requestEnded(): void {
    this.ended += 1;
  }
  otherSeen(at: number): void {
    this.others.push(at);
  }

  readonly newer: string[] = [];
  newerApiVersions(apiVersion: number, lowByteAt: number): void {
    this.newer.push(`v${apiVersion} at ${lowByteAt}`);
  }

  requestsLost(reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    this.lost.push(`${reason} ${sizeBytes} ${firstBytes.length > 0}`);
  }
}

function request(apiKey: number, apiVersion: number, correlationId: number, body = {}): Uint8Array {
  return framed(encodeRequest({ apiKey, apiVersion, correlationId, clientId: 'tracker', body }));
}

function joined(...frames: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames));
}

/** Feeds bytes in pieces of the sizes given, over and over. */
function feed(tracker: RequestTracker, bytes: Uint8Array, sizes: readonly number[]): void {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const end = Math.min(bytes.length, at + (sizes[turn % sizes.length] ?? 1));
    tracker.receive(bytes.subarray(at, end));
    at = end;
  }
}

const pieces = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });

describe('RequestTracker', () => {
  const acks0 = { acks: 0, timeoutMs: 1, topicData: [], transactionalId: null };
  const acks1 = { acks: 1, timeoutMs: 1, topicData: [], transactionalId: 'tx' };
  const stream = joined(
    request(18, 3, 1, { clientSoftwareName: 'x', clientSoftwareVersion: '1' }),
    request(0, 9, 2, acks1),
    request(0, 9, 3, acks0),
    request(3, 9, 4, { topics: [] }),
    request(0, 3, 5, acks0),
    request(0, 3, 6, acks1),
    request(12, 0, 7, { groupId: 'g', generationId: 1, memberId: 'm' }),
  );
  const seen = ['18.3#1', '0.9#2', '3.9#4', '0.3#6', '12.0#7'];

  test('knows how far the border of a frame is, up to its size at least', () => {
    const borders = new Set([0]);
    for (let at = 0; at < stream.length; ) {
      at += 4 + Buffer.from(stream).readInt32BE(at);
      borders.add(at);
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: stream.length }), (cut) => {
        const tracker = new RequestTracker(new Heard());
        tracker.receive(stream.subarray(0, cut));
        let at = cut;
        for (let steps = 0; tracker.frameBytesLeft > 0 && steps < 3; steps += 1) {
          const next = at + tracker.frameBytesLeft;
          tracker.receive(stream.subarray(at, next));
          at = next;
        }
        expect(borders).toContain(at);
        expect(at).toBe([...borders].find((border) => border >= cut));
      }),
    );
  });

  test('sees the same requests however the bytes are cut; acks=0 is due no response', () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const heard = new Heard();
        const tracker = new RequestTracker(heard);
        feed(tracker, stream, sizes);
        expect(heard.requests).toEqual(seen);
        expect(heard.lost).toEqual([]);
        expect(tracker.atFrameBorder).toBe(true);
      }),
    );
  });

  test('unknown keys and versions are requests too', () => {
    const heard = new Heard();
    // key 999 v7, correlation 9, client id null
    const vendor = framed(Uint8Array.of(0x03, 0xe7, 0, 7, 0, 0, 0, 9, 0xff, 0xff));
    new RequestTracker(heard).receive(joined(vendor, vendor));
    expect(heard.requests).toEqual(['999.7#9', '999.7#9']);
  });

  test('after SaslHandshake v0 frames are raw tokens until one reads as a request', () => {
    const tokens = [
      framed(Buffer.from('\0alice\0alice-secret')),
      framed(new Uint8Array(0)),
      framed(Buffer.from('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL')),
      framed(Uint8Array.of(1)),
      // As key and version "$" 0x0024 and 0x6161: a known key, an impossible version.
      framed(Buffer.from('\0$aaaaaaaaaaaaaa')),
    ];
    const bytes = joined(request(17, 0, 1, { mechanism: 'PLAIN' }), ...tokens, request(3, 1, 2, { topics: [] }));
    fc.assert(
      fc.property(pieces, (sizes) => {
        const heard = new Heard();
        const tracker = new RequestTracker(heard);
        feed(tracker, bytes, sizes);
        expect(heard.requests).toEqual(['17.0#1', '3.1#2']);
        expect(tracker.rawTokens).toBe(false);
        expect(heard.lost).toEqual([]);
      }),
    );
  });

  test('SaslHandshake v1 is followed by ordinary requests', () => {
    const heard = new Heard();
    const tracker = new RequestTracker(heard);
    tracker.receive(
      joined(request(17, 1, 1, { mechanism: 'PLAIN' }), request(36, 0, 2, { authBytes: new Uint8Array(3) })),
    );
    expect(heard.requests).toEqual(['17.1#1', '36.0#2']);
    expect(tracker.rawTokens).toBe(false);
  });

  test('a first frame that is a GSSAPI token begins raw tokens without a handshake', () => {
    const token = new Uint8Array(40);
    token.set([0x60, 0x26, 0x06, 0x09]);
    const heard = new Heard();
    new RequestTracker(heard).receive(joined(framed(token), request(3, 0, 1, { topics: [] })));
    expect(heard.requests).toEqual(['3.0#1']);
  });

  test.each([
    ['a TLS hello', Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1), 369_295_618],
    ['HTTP', new Uint8Array(Buffer.from('GET / HTTP/1.1\r\n')), 1_195_725_856],
    ['a negative size', Uint8Array.of(0xff, 0, 0, 0, 0), -16_777_216],
    ['a size without header', Uint8Array.of(0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7), 7],
    ['size 0', Uint8Array.of(0, 0, 0, 0), 0],
  ])('%s ends tracking, once', (_, bytes, sizeBytes) => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const heard = new Heard();
        const tracker = new RequestTracker(heard);
        feed(tracker, joined(bytes, bytes, request(3, 0, 1, { topics: [] })), sizes);
        expect(heard.requests).toEqual([]);
        expect(heard.lost.length).toBe(1);
        expect(heard.lost[0]).toContain(` ${sizeBytes} true`);
      }),
    );
  });

  test('100 MiB is a request still, one byte more is not', () => {
    const head = request(1, 0, 3);
    const sized = (sizeBytes: number): Uint8Array => {
      const bytes = head.slice();
      new DataView(bytes.buffer).setInt32(0, sizeBytes);
      return bytes;
    };
    const large = new Heard();
    new RequestTracker(large).receive(sized(104_857_600));
    expect([large.requests, large.lost]).toEqual([['1.0#3'], []]);
    const larger = new Heard();
    new RequestTracker(larger).receive(sized(104_857_601));
    expect([larger.requests.length, larger.lost.length]).toEqual([0, 1]);
  });

  test('a sink without room ends tracking', () => {
    const heard = new Heard();
    heard.room = 1;
    new RequestTracker(heard).receive(stream);
    expect(heard.requests.length).toBe(2);
    expect(heard.lost.length).toBe(1);
  });

  test('a head without end is given up, not kept: the response counts as due', () => {
    // Produce v9 with a header tag that claims 50 MB.
    const bytes = Uint8Array.of(0x05, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 4, 0xff, 0xff, 1, 0, 0x80, 0xe1, 0xeb, 0x17);
    const heard = new Heard();
    const tracker = new RequestTracker(heard);
    feed(tracker, bytes, [3]);
    expect(heard.requests).toEqual(['0.9#4']);
    expect(requestHeadBytesMax).toBeLessThan(50_000_000);
  });

  test('any bytes are survived', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), pieces, (bytes, sizes) => {
        const heard = new Heard();
        feed(new RequestTracker(heard), bytes, sizes);
        expect(heard.lost.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('stop ends it for good', () => {
    const heard = new Heard();
    const tracker = new RequestTracker(heard);
    tracker.stop();
    tracker.receive(stream);
    expect(heard.requests).toEqual([]);
  });
});

describe('an ApiVersions request newer than we know', () => {
  const newer = framed(Uint8Array.of(0, 18, 0, 6, 0, 0, 0, 1, 0xff, 0xff, 0));
  const known = request(18, 3, 2, { clientSoftwareName: 'x', clientSoftwareVersion: '1' });

  test('is announced where the low byte of its version arrives, once, however it is cut', () => {
    const stream = joined(known, newer, known, newer);
    const places = [known.length + 7, known.length * 2 + newer.length + 7];
    fc.assert(
      fc.property(pieces, (sizes) => {
        const heard = new Heard();
        const tracker = new RequestTracker(heard);
        const announced: number[] = [];
        let at = 0;
        for (let turn = 0; at < stream.length; turn += 1) {
          const end = Math.min(stream.length, at + (sizes[turn % sizes.length] ?? 1));
          tracker.receive(stream.subarray(at, end));
          for (const each of heard.newer.splice(0)) {
            expect(each.startsWith('v6 at ')).toBe(true);
            announced.push(at + Number(each.slice(6)));
          }
          at = end;
        }
        expect(announced).toEqual(places);
        expect(heard.requests).toEqual(['18.3#2', '18.6#1', '18.3#2', '18.6#1']);
      }),
    );
  });

  test('is not seen in raw tokens, nor in what cannot be a frame', () => {
    const heard = new Heard();
    const tracker = new RequestTracker(heard);
    tracker.receive(joined(request(17, 0, 1, { mechanism: 'X' }), newer));
    new RequestTracker(heard).receive(Uint8Array.of(0x7f, 0, 0, 0, 0, 18, 0, 6, 0, 0, 0, 1, 0, 0));
    expect(heard.newer).toEqual([]);
  });
});
