import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../../../src/protocol/decode.ts';
import { encodeResponse } from '../../../src/protocol/encode.ts';
import type { Struct } from '../../../src/protocol/message.ts';
import { firstCorrelationId, type LoginStep, loginRoundsMax, SaslLogin } from '../../../src/proxy/sasl/login.ts';
import type { SaslMechanism } from '../../../src/proxy/sasl/mechanism.ts';
import { PlainMechanism } from '../../../src/proxy/sasl/plain.ts';
import { framed } from '../../support/conversation.ts';

const plain = () => new PlainMechanism('alice', 'alice-secret');

/** What a frame for the broker is: `17 v1 #2147483641 {"mechanism":"PLAIN"}`. */
function shown(bytes: Uint8Array): string {
  const message = decodeRequest(bytes.subarray(4));
  if (message.kind !== 'decoded') return message.reason;
  const { requestApiKey, requestApiVersion, correlationId } = message.header;
  const body = JSON.stringify(message.body, (_name, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  return `${requestApiKey} v${requestApiVersion} #${Number(correlationId) - firstCorrelationId} ${body}`;
}

function sent(step: LoginStep): string {
  return step.kind === 'send' ? shown(step.bytes) : step.kind;
}

/** An answer of the broker; `index` counts the requests of the login from 0. */
function answer(apiKey: number, apiVersion: number, index: number, body: Struct): Uint8Array {
  return framed(encodeResponse({ apiKey, apiVersion, correlationId: firstCorrelationId + index, body }));
}

const versions = (maxVersion: number) =>
  answer(18, 0, 0, {
    apiKeys: [
      { apiKey: 17, minVersion: 0, maxVersion: 1 },
      { apiKey: 36, minVersion: 0, maxVersion },
    ],
  });
const shaken = (index = 1) => answer(17, 1, index, { errorCode: 0, mechanisms: ['PLAIN'] });
const nothing = new Uint8Array(0);
const taken = (version: number, index: number, lifetime = 0n, authBytes = nothing) =>
  answer(36, version, index, {
    errorCode: 0,
    errorMessage: null,
    authBytes,
    ...(version > 0 ? { sessionLifetimeMs: lifetime } : {}),
  });

/** A login to which the first answers were given. */
function loginAfter(...answers: Uint8Array[]): SaslLogin {
  const login = new SaslLogin(plain(), null);
  login.start();
  for (const bytes of answers) login.receive(bytes);
  return login;
}

function refusal(step: LoginStep): string {
  return step.kind === 'failed' ? `${step.refusal.kind}: ${step.refusal.detail}` : step.kind;
}

describe('a login', () => {
  test.each([0, 1, 2])('asks the versions, shakes hands, sends the token in version %d', (version) => {
    const login = new SaslLogin(plain(), null);
    expect(shown(login.start())).toBe('18 v0 #0 {}');
    expect(sent(login.receive(versions(version)))).toBe('17 v1 #1 {"mechanism":"PLAIN"}');
    const token = JSON.stringify('\0alice\0alice-secret');
    expect(sent(login.receive(shaken()))).toBe(`36 v${version} #2 {"authBytes":${token}}`);
    expect(login.receive(taken(version, 2, 3_600_000n))).toEqual({
      kind: 'done',
      session: { lifetimeMs: version === 0 ? 0 : 3_600_000, authenticateVersion: version },
    });
    expect(login.receive(taken(version, 3))).toEqual({ kind: 'wait' });
  });

  test('a newer broker is asked the newest version known here', () => {
    expect(sent(loginAfter(versions(9)).receive(shaken()))).toMatch(/^36 v2 /);
  });

  test('on a connection in use begins with the handshake', () => {
    const login = new SaslLogin(plain(), 1);
    expect(shown(login.start())).toBe('17 v1 #0 {"mechanism":"PLAIN"}');
    expect(sent(login.receive(shaken(0)))).toMatch(/^36 v1 #1 /);
  });

  test('takes answers cut anywhere', () => {
    const login = new SaslLogin(plain(), null);
    login.start();
    const steps: string[] = [];
    for (const bytes of [versions(2), shaken(), taken(2, 2)]) {
      for (const byte of bytes) {
        const step = login.receive(Uint8Array.of(byte));
        if (step.kind !== 'wait') steps.push(step.kind);
      }
    }
    expect(steps).toEqual(['send', 'send', 'done']);
  });

  test('hands a key derivation out and takes its result', () => {
    const mechanism: SaslMechanism = {
      name: 'SCRAM-SHA-256',
      secrets: [],
      first: () => Buffer.from('one'),
      answered: (token) => (token.length === 0 ? { kind: 'done' } : { kind: 'derive', salt: token, iterations: 4096 }),
      derived: (key) => ({ kind: 'send', token: key }),
    };
    const login = new SaslLogin(mechanism, 1);
    login.start();
    login.receive(shaken(0));
    expect(login.receive(taken(1, 1, 0n, Buffer.from('salt')))).toMatchObject({ kind: 'derive', iterations: 4096 });
    expect(sent(login.derived(Buffer.from('key')))).toBe('36 v1 #2 {"authBytes":"key"}');
    expect(login.receive(taken(1, 2)).kind).toBe('done');
  });
});

describe('a login fails', () => {
  test('where the mechanism is not offered, with those that are', () => {
    const step = loginAfter(versions(2)).receive(answer(17, 1, 1, { errorCode: 33, mechanisms: ['GSSAPI', 'PLAIN'] }));
    expect(step).toEqual({
      kind: 'failed',
      refusal: { kind: 'mechanism', detail: '', offered: ['GSSAPI', 'PLAIN'] },
    });
  });

  test.each([
    ['a listener without SASL', [versions(2)], answer(17, 1, 1, { errorCode: 34, mechanisms: [] }), 'no-sasl: '],
    [
      'another error',
      [versions(2)],
      answer(17, 1, 1, { errorCode: 35, mechanisms: [] }),
      'refused: UNSUPPORTED_VERSION',
    ],
    ['a broker without SaslAuthenticate', [], answer(18, 0, 0, { apiKeys: [] }), 'too-old: '],
    [
      'a wrong password',
      [versions(2), shaken()],
      answer(36, 2, 2, { errorCode: 58, errorMessage: 'no such user', authBytes: nothing }),
      'refused: no such user',
    ],
    [
      'a refusal without a text',
      [versions(2), shaken()],
      answer(36, 2, 2, { errorCode: 58, errorMessage: null, authBytes: nothing }),
      'refused: SASL_AUTHENTICATION_FAILED',
    ],
    ['an answer to another request', [versions(2)], shaken(7), 'protocol: its answer belongs to another request'],
    [
      'an answer that cannot be read',
      [versions(2)],
      framed(Uint8Array.of(0x7f, 0xff, 0xff, 0xf9, 1)),
      'protocol: its answer cannot be read (truncated)',
    ],
    ['two answers at once', [versions(2)], Buffer.concat([shaken(), shaken(2)]), 'protocol: it sends more'],
    [
      'bytes behind the last answer',
      [versions(2), shaken()],
      Buffer.concat([taken(2, 2), Uint8Array.of(0)]),
      'protocol: it sends more',
    ],
    ['TLS', [], Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40), 'not-kafka: This is a TLS alert'],
    ['an endless frame', [], Uint8Array.of(0x05, 0, 0, 0, 0, 0), 'not-kafka: '],
  ])('with %s', (_case, before, last, expected) => {
    expect(refusal(loginAfter(...before).receive(last))).toContain(expected);
  });

  test('where a mechanism refuses what the broker says, or the broker goes on for ever', () => {
    const mechanism = (kind: 'refused' | 'send'): SaslMechanism => ({
      name: 'PLAIN',
      secrets: [],
      first: () => nothing,
      answered: () => (kind === 'send' ? { kind, token: nothing } : { kind, detail: 'the signature is wrong' }),
      derived: () => ({ kind: 'done' }),
    });
    const wrong = new SaslLogin(mechanism('refused'), 2);
    wrong.start();
    wrong.receive(shaken(0));
    expect(refusal(wrong.receive(taken(2, 1)))).toBe('mechanism-failed: the signature is wrong');
    const endless = new SaslLogin(mechanism('send'), 2);
    endless.start();
    endless.receive(shaken(0));
    let last = '';
    for (let index = 1; index <= loginRoundsMax; index += 1) last = refusal(endless.receive(taken(2, index)));
    expect(last).toContain('without an end');
  });
});
