import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import type { EventDetail } from '../../src/proxy/event-detail.ts';
import { Credentials } from '../../src/proxy/sasl/credentials.ts';
import { UpstreamSession, type UpstreamSessionHost } from '../../src/proxy/upstream-session.ts';
import { framed } from '../support/conversation.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Stands where the connection would: frames of the client are of ten bytes each. */
class Bench implements UpstreamSessionHost {
  framed = true;
  quiet = true;
  forwarded = Buffer.alloc(0);
  readonly log: string[] = [];
  readonly events: { event: string; detail: EventDetail }[] = [];
  readonly session: UpstreamSession;

  constructor(lifetimeMs: number) {
    const login = { lifetimeMs, authenticateVersion: 2, mechanism: 'PLAIN', principal: 'alice' };
    const credentials = new Credentials({ mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' });
    this.session = new UpstreamSession(login, { credentials, broker: 'b:9092', timeoutMs: 5000 }, this);
  }

  get clientFrameBytesLeft(): number | null {
    if (!this.framed) return null;
    return (10 - (this.forwarded.length % 10)) % 10;
  }
  /** As the connection does with what it reads. */
  client(bytes: string): void {
    if (this.session.stopsClient) this.session.clientBytes(Buffer.from(bytes));
    else this.forwardClient(Buffer.from(bytes));
  }
  forwardClient(bytes: Uint8Array): void {
    this.forwarded = Buffer.concat([this.forwarded, bytes]);
  }
  stopClient(): void {
    this.log.push('stop');
  }
  resumeClient(): void {
    this.log.push('resume');
  }
  writeBroker(bytes: Uint8Array): void {
    const header = readRequestHeader(bytes.subarray(4));
    this.log.push(`${header?.apiKey} #${header?.correlationId}`);
  }
  event(event: string, detail: EventDetail): void {
    this.events.push({ event, detail });
  }
  close(reason: string): void {
    this.log.push(`close ${reason}`);
  }
  names(): string[] {
    return this.events.map(({ event }) => event);
  }
  /** The broker agrees to a login, and to a session as long as said. */
  agree(lifetimeMs: number): void {
    this.session.brokerBytes(answer(17, 1, 0, { errorCode: 0, mechanisms: ['PLAIN'] }));
    const token = {
      errorCode: 0,
      errorMessage: null,
      authBytes: Buffer.alloc(0),
      sessionLifetimeMs: BigInt(lifetimeMs),
    };
    this.session.brokerBytes(answer(36, 2, 1, token));
  }
}

const firstId = 2_147_483_640;

function answer(apiKey: number, apiVersion: number, index: number, body: Parameters<typeof encodeResponse>[0]['body']) {
  return framed(encodeResponse({ apiKey, apiVersion, correlationId: firstId + index, body }));
}

describe('a session without an end', () => {
  test('says as whom it stands and does nothing', () => {
    const bench = new Bench(0);
    vi.advanceTimersByTime(1e9);
    expect(bench.events).toEqual([
      {
        event: 'upstream-authenticated',
        detail: { mechanism: 'PLAIN', principal: 'alice', sessionLifetimeMs: null, reauthentications: 0 },
      },
    ]);
    expect(bench.log).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a session with a lifetime', () => {
  test('logs in again from 85 % on in a quiet moment, with ids of its own, and goes on', () => {
    const bench = new Bench(100_000);
    vi.advanceTimersByTime(84_999);
    expect(bench.log).toEqual([]);
    vi.advanceTimersByTime(5_001);
    expect(bench.log).toEqual(['stop', `17 #${firstId}`]);
    expect(bench.session.exchanging).toBe(true);
    bench.client('0123456789abc');
    expect(bench.forwarded.length).toBe(0);
    bench.agree(100_000);
    expect(bench.log).toEqual(['stop', `17 #${firstId}`, `36 #${firstId + 1}`, 'resume']);
    expect(bench.forwarded.toString()).toBe('0123456789abc');
    expect(bench.events[1]?.detail).toMatchObject({ sessionLifetimeMs: 100_000, reauthentications: 1 });
    // And once more: the new lifetime counts from here.
    bench.client('defghij');
    vi.advanceTimersByTime(90_100);
    bench.agree(0);
    expect(bench.events[2]?.detail).toMatchObject({ sessionLifetimeMs: null, reauthentications: 2 });
    vi.advanceTimersByTime(1e9);
    expect(bench.log.filter((line) => line === 'stop')).toHaveLength(2);
  });

  test('of seconds only is renewed earlier, to leave time for what is under way', () => {
    const bench = new Bench(20_000);
    bench.quiet = false;
    vi.advanceTimersByTime(16_990);
    expect(bench.log).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(bench.log).toEqual(['stop']);
  });

  test('waits for the response that is due, and takes the moment behind it', () => {
    const bench = new Bench(100_000);
    bench.quiet = false;
    vi.advanceTimersByTime(91_000);
    bench.client('0123456789');
    expect(bench.log).toEqual([]);
    bench.quiet = true;
    bench.session.look();
    expect(bench.log).toEqual(['stop', `17 #${firstId}`]);
  });

  test('from 92 % on stops the client at the border of a frame, cut anywhere, and keeps every byte in order', () => {
    for (const cut of [1, 3, 7, 10, 13, 20]) {
      const bench = new Bench(100_000);
      bench.quiet = false;
      bench.client('01234');
      vi.advanceTimersByTime(92_500);
      expect(bench.log).toEqual([]);
      const rest = '56789' + 'abcdefghij' + 'klmno';
      let sent = 0;
      while (!bench.session.clientStopped && sent < rest.length) {
        bench.client(rest.slice(sent, sent + cut));
        sent += cut;
      }
      expect(bench.forwarded.toString()).toBe('0123456789');
      expect(bench.log).toEqual(['stop']);
      bench.quiet = true;
      bench.session.look();
      bench.client(rest.slice(sent));
      bench.agree(100_000);
      expect(bench.forwarded.toString()).toBe(`01234${rest}`);
      bench.session.dispose();
    }
  });

  test('says when it is late, and logs in as soon as it can', () => {
    const bench = new Bench(100_000);
    bench.quiet = false;
    vi.advanceTimersByTime(100_010);
    expect(bench.names()).toEqual(['upstream-authenticated', 'upstream-reauthentication-late']);
    expect(bench.events[1]?.detail.message).toContain('a response is still due');
    bench.quiet = true;
    bench.session.look();
    bench.agree(100_000);
    expect(bench.log).toEqual(['stop', `17 #${firstId}`, `36 #${firstId + 1}`, 'resume']);
    const halfway = new Bench(100_000);
    halfway.client('012');
    halfway.quiet = false;
    vi.advanceTimersByTime(100_010);
    expect(halfway.events[1]?.detail.message).toContain('a request is still under way');
  });

  test('a refusal, a silent broker and one that leaves end the connection with a sentence', () => {
    const outcomes = [
      (bench: Bench) => bench.session.brokerBytes(answer(17, 1, 0, { errorCode: 33, mechanisms: ['GSSAPI'] })),
      () => vi.advanceTimersByTime(30_001),
      (bench: Bench) => bench.session.brokerGone('ECONNRESET'),
    ].map((end) => {
      const bench = new Bench(100_000);
      vi.advanceTimersByTime(90_100);
      end(bench);
      expect(bench.log.at(-1)).toBe('close upstream-authentication-failed');
      return bench.events[1]?.detail.reason;
    });
    expect(outcomes).toEqual(['sasl-mechanism-not-offered', 'sasl-timeout', 'sasl-connection-closed']);
  });

  test('is over when the client logs in itself, also halfway through being stopped', () => {
    const bench = new Bench(100_000);
    bench.quiet = false;
    bench.client('01234');
    vi.advanceTimersByTime(93_000);
    const forward = bench.forwardClient.bind(bench);
    bench.forwardClient = (bytes) => {
      forward(bytes);
      bench.session.clientLogsIn();
    };
    bench.client('56789abcde');
    bench.session.clientLogsIn();
    expect(bench.forwarded.toString()).toBe('0123456789abcde');
    expect(bench.names()).toEqual(['upstream-authenticated', 'client-login-passed-on']);
    vi.advanceTimersByTime(1e6);
    expect(bench.log).toEqual([]);
  });

  test('says so where there are no frames to stop at', () => {
    const bench = new Bench(100_000);
    bench.framed = false;
    vi.advanceTimersByTime(1e6);
    expect(bench.names()).toEqual(['upstream-authenticated', 'upstream-reauthentication-impossible']);
    expect(bench.log).toEqual([]);
  });

  test.each([false, true])('gives up where frames end halfway, client stopped: %s', (stopped) => {
    const bench = new Bench(100_000);
    bench.quiet = false;
    bench.client(stopped ? '0123456789' : '01234');
    vi.advanceTimersByTime(92_500);
    expect(bench.session.clientStopped).toBe(stopped);
    if (stopped) bench.client('held');
    bench.framed = false;
    bench.client(' more');
    bench.session.look();
    expect(bench.forwarded.toString()).toBe(stopped ? '0123456789held more' : '01234 more');
    expect(bench.names()).toEqual(['upstream-authenticated', 'upstream-reauthentication-impossible']);
    expect(bench.log).toEqual(stopped ? ['stop', 'resume'] : []);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind, and a lifetime beyond the timers of Node is no login storm', () => {
    const bench = new Bench(100_000);
    bench.session.dispose();
    const long = new Bench(1e13);
    vi.advanceTimersByTime(1e9);
    expect([...bench.log, ...long.log]).toEqual([]);
    long.session.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
