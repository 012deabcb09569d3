import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { Credentials, type UpstreamSasl } from '../../src/proxy/sasl/credentials.ts';
import type { LoginFailure } from '../../src/proxy/sasl/login-failure.ts';
import { isLoginFailure, type LoggedIn, UpstreamLogin } from '../../src/proxy/upstream-login.ts';
import { framed } from '../support/conversation.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const plain: UpstreamSasl = { mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' };

function begin(sasl: UpstreamSasl = plain) {
  const written: Uint8Array[] = [];
  const ends: (LoggedIn | LoginFailure)[] = [];
  const login = new UpstreamLogin({
    credentials: new Credentials(sasl),
    broker: 'b:9092',
    authenticateVersion: 1,
    timeoutMs: 5000,
    write: (bytes) => written.push(bytes),
    done: (end) => ends.push(end),
  });
  return { login, written, ends };
}

const shaken = framed(
  encodeResponse({
    apiKey: 17,
    apiVersion: 1,
    correlationId: 2_147_483_640,
    body: { errorCode: 0, mechanisms: ['PLAIN'] },
  }),
);
const token = (errorCode: number, errorMessage: string | null) =>
  framed(
    encodeResponse({
      apiKey: 36,
      apiVersion: 1,
      correlationId: 2_147_483_641,
      body: { errorCode, errorMessage, authBytes: Buffer.alloc(0), sessionLifetimeMs: 9000n },
    }),
  );

describe('UpstreamLogin', () => {
  test('ends once, with what the session is, and without a timer', () => {
    const { login, written, ends } = begin();
    login.receive(shaken);
    login.receive(token(0, null));
    login.closed('');
    expect(ends).toEqual([{ lifetimeMs: 9000, authenticateVersion: 1, mechanism: 'PLAIN', principal: 'alice' }]);
    expect(ends.map(isLoginFailure)).toEqual([false]);
    expect(written).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a refusal comes in words that hold no password, even one that the broker repeats', () => {
    const { login, ends } = begin();
    login.receive(shaken);
    login.receive(token(58, 'alice-secret is wrong'));
    expect(ends).toEqual([
      {
        authentication: true,
        reason: 'sasl-authentication-failed',
        message: 'b:9092 refused the PLAIN login of alice: <redacted> is wrong. Check user and password.',
      },
    ]);
    expect(ends.map(isLoginFailure)).toEqual([true]);
  });

  test('silence and an end of the connection are failures', () => {
    const silent = begin();
    vi.advanceTimersByTime(5001);
    const gone = begin();
    gone.login.closed('ECONNRESET');
    gone.login.closed('');
    gone.login.receive(shaken);
    expect([...silent.ends, ...gone.ends].map((end) => 'reason' in end && end.reason)).toEqual([
      'sasl-timeout',
      'sasl-connection-closed',
    ]);
  });

  test('a broker that speaks before a token could be read, and a token that cannot', async () => {
    const { login, ends } = begin({ mechanism: 'OAUTHBEARER', tokenFile: '/does/not/exist' });
    login.receive(shaken);
    expect(ends[0]).toMatchObject({ reason: 'sasl-protocol-error' });
    vi.useRealTimers();
    const end = await new Promise<LoggedIn | LoginFailure>((resolve) => {
      const credentials = new Credentials({ mechanism: 'OAUTHBEARER', tokenFile: '/does/not/exist' });
      const rest = { broker: 'b:9092', authenticateVersion: null, timeoutMs: 60_000, write: () => undefined };
      new UpstreamLogin({ credentials, ...rest, done: resolve });
    });
    expect(end).toMatchObject({ reason: 'sasl-token-unusable', message: expect.stringContaining('ENOENT') });
  });

  test('can be given up without a word', () => {
    const { login, ends } = begin();
    login.cancel();
    login.receive(shaken);
    login.closed('');
    expect(ends).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
