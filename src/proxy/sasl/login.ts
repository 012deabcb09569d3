import { decodeResponse } from '../../protocol/decode.ts';
import { encodeRequest } from '../../protocol/encode.ts';
import { errorName } from '../../protocol/error-codes.ts';
import type { Struct } from '../../protocol/message.ts';
import { int32FieldBytes } from '../../protocol/splice.ts';
import { bytesField, intField, longField, structsField, textField, textsField } from '../../protocol/struct-fields.ts';
import { classifyFirstBytes, sentenceFor } from '../../wire/first-bytes.ts';
import { FrameSplitter } from '../../wire/frame-splitter.ts';
import type { LoginRefusal } from './login-failure.ts';
import type { MechanismStep, SaslMechanism } from './mechanism.ts';

const saslHandshakeKey = 17;
const apiVersionsKey = 18;
const saslAuthenticateKey = 36;

/** Newest version of SaslAuthenticate spoken here; since version 1 the broker tells the session's lifetime (KIP-368). */
const authenticateVersionMax = 2;

/** Java clients keep eight ids from here on for re-authentication (KIP-368), so that no ordinary request has one. */
export const firstCorrelationId = 2_147_483_640;

/** Answers of a broker during a login are below a few KiB; ApiVersions, the longest, takes one. */
export const loginFrameBytesMax = 256 * 1024;

/** Tokens a mechanism may take: SCRAM needs two, and a broker that goes on for ever must not; ids are for no more. */
export const loginRoundsMax = 6;

const unsupportedMechanism = 33;
const illegalSaslState = 34;
const unsupportedVersion = 35;

const clientId = 'kafka-scope-login';

/** What is to be done next. `send`: bytes for the broker. `derive`: as the mechanism's step of that name. */
export type LoginStep =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'derive'; readonly salt: Uint8Array; readonly iterations: number }
  /** Bytes of the broker are waited for. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done'; readonly session: LoginSession }
  | { readonly kind: 'failed'; readonly refusal: LoginRefusal };

/** What a login leads to. */
export interface LoginSession {
  /** How long the broker serves it before it wants to be told again who is there; 0: without limit. */
  readonly lifetimeMs: number;
  /** The version of SaslAuthenticate both sides speak, for the next login on this connection. */
  readonly authenticateVersion: number;
}

type Expected = 'api-versions' | 'handshake' | 'authenticate';

const wait: LoginStep = { kind: 'wait' };

/**
 * One login to a broker as bytes in, bytes out. Sans-io: no socket, no clock, and used once.
 *
 *   ApiVersions ─► SaslHandshake ─► SaslAuthenticate ─┬─► done        any answer with an error, out of order or
 *                                       ▲ token       │               not of Kafka: failed
 *                                       └─────────────┘
 *
 * One request at a time, as Kafka's own clients do: a broker that finds two of them in one TLS record answers the
 * second only with its next look at the socket, up to 300 ms later. ApiVersions tells which SaslAuthenticate the
 * broker speaks; a re-authentication leaves it out, since a broker takes nothing but SaslHandshake then (KIP-368).
 */
export class SaslLogin {
  readonly #mechanism: SaslMechanism;
  readonly #splitter = new FrameSplitter('broker', { frameBytesMax: loginFrameBytesMax });
  #expected: Expected;
  #authenticateVersion: number | null;
  /** Correlation id of the next request, and of the next answer. */
  #nextId = firstCorrelationId;
  #answerId = firstCorrelationId;
  #rounds = 0;
  #deriving = false;
  #over = false;

  /** `authenticateVersion`: what an earlier login on this connection found; null on a new connection. */
  constructor(mechanism: SaslMechanism, authenticateVersion: number | null) {
    this.#mechanism = mechanism;
    this.#authenticateVersion = authenticateVersion;
    this.#expected = authenticateVersion === null ? 'api-versions' : 'handshake';
  }

  /** The first bytes for the broker. */
  start(): Uint8Array {
    return this.#expected === 'api-versions' ? this.#frame(apiVersionsKey, 0, {}) : this.#handshake();
  }

  /** Bytes the broker sent. */
  receive(bytes: Uint8Array): LoginStep {
    if (this.#over) return wait;
    this.#splitter.receive(bytes, 0);
    let step = wait;
    for (let event = this.#splitter.next(); event !== undefined; event = this.#splitter.next()) {
      if (step.kind !== 'wait' || this.#deriving) return this.#fail('protocol', 'it sends more than it was asked for');
      if (event.kind !== 'frame') {
        const size = event.kind === 'not-kafka' ? event.sizeBytes : 0;
        const first = event.kind === 'not-kafka' ? event.firstBytes : new Uint8Array(0);
        return this.#fail('not-kafka', sentenceFor(classifyFirstBytes(first), size));
      }
      step = this.#answer(event.frame.bytes);
    }
    if (step.kind === 'done' && this.#splitter.pendingBytes > 0) {
      return this.#fail('protocol', 'it sends more than it was asked for');
    }
    return step;
  }

  /** The key that a `derive` step asked for. */
  derived(saltedPassword: Uint8Array): LoginStep {
    this.#deriving = false;
    return this.#over ? wait : this.#act(this.#mechanism.derived(saltedPassword), 0);
  }

  #answer(payload: Uint8Array): LoginStep {
    const [apiKey, apiVersion] = this.#asked();
    const message = decodeResponse(payload, apiKey, apiVersion);
    if (message.kind !== 'decoded') return this.#fail('protocol', `its answer cannot be read (${message.reason})`);
    if (message.header.correlationId !== this.#answerId) {
      return this.#fail('protocol', 'its answer belongs to another request');
    }
    this.#answerId += 1;
    switch (this.#expected) {
      case 'api-versions':
        return this.#versionsKnown(message.body);
      case 'handshake':
        return this.#shaken(message.body);
      default:
        return this.#authenticated(message.body);
    }
  }

  /** Key and version of the request that is being answered. */
  #asked(): readonly [number, number] {
    if (this.#expected === 'api-versions') return [apiVersionsKey, 0];
    return this.#expected === 'handshake'
      ? [saslHandshakeKey, 1]
      : [saslAuthenticateKey, this.#authenticateVersion ?? 0];
  }

  #versionsKnown(body: Struct): LoginStep {
    const entry = structsField(body, 'apiKeys').find((each) => intField(each, 'apiKey', -1) === saslAuthenticateKey);
    const newest = entry === undefined ? -1 : intField(entry, 'maxVersion', -1);
    if (newest < 0) return this.#fail('too-old', '');
    this.#authenticateVersion = Math.min(newest, authenticateVersionMax);
    this.#expected = 'handshake';
    return { kind: 'send', bytes: this.#handshake() };
  }

  #shaken(body: Struct): LoginStep {
    const errorCode = intField(body, 'errorCode', 0);
    if (errorCode === unsupportedMechanism) {
      return this.#fail('mechanism', '', textsField(body, 'mechanisms'));
    }
    if (errorCode === illegalSaslState) return this.#fail('no-sasl', '');
    if (errorCode !== 0) return this.#fail('refused', errorName(errorCode));
    this.#expected = 'authenticate';
    return this.#act({ kind: 'send', token: this.#mechanism.first() }, 0);
  }

  #authenticated(body: Struct): LoginStep {
    const errorCode = intField(body, 'errorCode', 0);
    if (errorCode === unsupportedVersion) return this.#fail('too-old', '');
    if (errorCode !== 0) {
      const text = textField(body, 'errorMessage');
      return this.#fail('refused', text === '' ? errorName(errorCode) : text);
    }
    const lifetime = longField(body, 'sessionLifetimeMs', 0n);
    const step = this.#mechanism.answered(bytesField(body, 'authBytes') ?? new Uint8Array(0));
    return this.#act(step, lifetime > 0n ? Number(lifetime) : 0);
  }

  #act(step: MechanismStep, lifetimeMs: number): LoginStep {
    switch (step.kind) {
      case 'send':
        this.#rounds += 1;
        if (this.#rounds > loginRoundsMax) {
          return this.#fail('protocol', 'it goes on asking for tokens without an end');
        }
        return { kind: 'send', bytes: this.#token(step.token) };
      case 'derive':
        this.#deriving = true;
        return step;
      case 'refused':
        return this.#fail('mechanism-failed', step.detail);
      case 'done':
        this.#over = true;
        return { kind: 'done', session: { lifetimeMs, authenticateVersion: this.#authenticateVersion ?? 0 } };
      default:
        return step satisfies never;
    }
  }

  #handshake(): Uint8Array {
    return this.#frame(saslHandshakeKey, 1, { mechanism: this.#mechanism.name });
  }

  #token(authBytes: Uint8Array): Uint8Array {
    return this.#frame(saslAuthenticateKey, this.#authenticateVersion ?? 0, { authBytes });
  }

  #frame(apiKey: number, apiVersion: number, body: Struct): Uint8Array {
    const payload = encodeRequest({ apiKey, apiVersion, correlationId: this.#nextId, clientId, body });
    this.#nextId += 1;
    const frame = new Uint8Array(4 + payload.length);
    frame.set(int32FieldBytes(payload.length));
    frame.set(payload, 4);
    return frame;
  }

  #fail(kind: LoginRefusal['kind'], detail: string, offered: readonly string[] = []): LoginStep {
    this.#over = true;
    return { kind: 'failed', refusal: { kind, detail, offered } };
  }
}
