import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type net from 'node:net';
import { decodeRequest } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { bytesField, textField } from '../../src/protocol/struct-fields.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { addressResponse } from './address-messages.ts';
import { framed } from './conversation.ts';

/** What a scripted broker with a SASL listener does. */
export interface SaslBrokerOptions {
  readonly mechanisms?: readonly string[];
  readonly username?: string;
  password?: string;
  readonly token?: string;
  readonly iterations?: number;
  /** As `connections.max.reauth.ms`; 0: sessions do not end. */
  lifetimeMs?: number;
  /** Newest SaslAuthenticate offered; -1: none. */
  readonly authenticateMax?: number;
  /** Changes the server's signature, as one that does not know the password would. */
  readonly wrongSignature?: boolean;
  /** The answer to a request behind the login; null: none for now. Undefined: the default. */
  answer?: (request: SaslBrokerRequest) => Uint8Array | null | undefined;
}

export interface SaslBrokerRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly body: Struct;
  readonly connection: SaslBrokerConnection;
}

const salt = Buffer.from('a salt of its own');

/**
 * One connection to a broker that wants to be logged in to: follows the rules of Kafka's SaslServerAuthenticator, but
 * does not close a session that is over, since a test machine may be slow.
 */
export class SaslBrokerConnection {
  /** What came, in order: `ApiVersions`, `SaslHandshake PLAIN`, `SaslAuthenticate`, then `12 #7`. */
  readonly log: string[] = [];
  /** Names of users that got in, in order. */
  readonly users: string[] = [];
  readonly socket: net.Socket;
  readonly #options: SaslBrokerOptions;
  readonly #port: number;
  readonly #splitter = new FrameSplitter('client');
  /** null: no exchange is under way; else the mechanism, and what SCRAM needs between its two rounds. */
  #mechanism: string | null = null;
  #scramFirst: { bare: string; server: string } | null = null;
  #authenticated = false;

  constructor(socket: net.Socket, port: number, options: SaslBrokerOptions) {
    this.socket = socket;
    this.#port = port;
    this.#options = options;
    socket.on('end', () => socket.end());
    socket.on('data', (bytes: Uint8Array) => {
      this.#splitter.receive(bytes, 0);
      for (let event = this.#splitter.next(); event !== undefined; event = this.#splitter.next()) {
        if (event.kind !== 'frame' || socket.destroyed) return;
        this.#take(event.frame.bytes.slice());
      }
    });
  }

  /** Sends a response. */
  respond(apiKey: number, apiVersion: number, correlationId: number, body: Struct): void {
    this.socket.write(framed(encodeResponse({ apiKey, apiVersion, correlationId, body })));
  }

  #take(payload: Uint8Array): void {
    const message = decodeRequest(payload);
    const header = readRequestHeader(payload);
    if (message.kind !== 'decoded' || header === null) {
      this.log.push('unreadable');
      this.socket.destroy();
      return;
    }
    const { body } = message;
    const { apiKey, apiVersion, correlationId } = header;
    const request = { apiKey, apiVersion, correlationId, body, connection: this };
    if (apiKey === 17) this.#handshake(request);
    else if (apiKey === 36) this.#authenticate(request);
    else this.#other(request);
  }

  #other(request: SaslBrokerRequest): void {
    const { apiKey, apiVersion, correlationId } = request;
    this.log.push(apiKey === 18 ? 'ApiVersions' : `${apiKey} #${correlationId}`);
    const during = this.#mechanism !== null || (!this.#authenticated && apiKey !== 18);
    if (during) {
      this.log.push('closed');
      this.socket.destroy();
      return;
    }
    const chosen = this.#authenticated ? this.#options.answer?.(request) : undefined;
    if (chosen === null) return;
    if (chosen !== undefined) this.socket.write(framed(chosen));
    else if (apiKey === 3) {
      const brokers = [{ id: 1, host: '127.0.0.1', port: this.#port }];
      this.socket.write(framed(addressResponse(3, apiVersion, brokers, {}, correlationId)));
    } else {
      const apiKeys = [{ apiKey: 3, minVersion: 0, maxVersion: 9 }];
      const newest = this.#options.authenticateMax ?? 2;
      if (newest >= 0) apiKeys.push({ apiKey: 36, minVersion: 0, maxVersion: newest });
      this.respond(apiKey, apiVersion, correlationId, apiKey === 18 ? { apiKeys } : {});
    }
  }

  #handshake({ apiKey, apiVersion, correlationId, body }: SaslBrokerRequest): void {
    const mechanism = textField(body, 'mechanism');
    this.log.push(`SaslHandshake ${mechanism}`);
    const mechanisms = this.#options.mechanisms ?? ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];
    if (mechanisms.length === 0 || (this.#authenticated && (this.#options.lifetimeMs ?? 0) === 0)) {
      this.respond(apiKey, apiVersion, correlationId, { errorCode: 34, mechanisms: [] });
      return;
    }
    const known = mechanisms.includes(mechanism);
    this.respond(apiKey, apiVersion, correlationId, { errorCode: known ? 0 : 33, mechanisms });
    if (known) this.#mechanism = mechanism;
    else this.socket.end();
  }

  #authenticate({ apiKey, apiVersion, correlationId, body }: SaslBrokerRequest): void {
    this.log.push('SaslAuthenticate');
    const token = Buffer.from(bytesField(body, 'authBytes') ?? []);
    const step = this.#step(token);
    if (typeof step === 'string') {
      this.respond(apiKey, apiVersion, correlationId, {
        errorCode: 58,
        errorMessage: step,
        authBytes: Buffer.alloc(0),
      });
      this.socket.end();
      return;
    }
    const lifetimeMs = step.user === null ? 0 : (this.#options.lifetimeMs ?? 0);
    if (step.user !== null) {
      this.users.push(step.user);
      this.#authenticated = true;
      this.#mechanism = null;
    }
    const lifetime = apiVersion > 0 ? { sessionLifetimeMs: BigInt(lifetimeMs) } : {};
    this.respond(apiKey, apiVersion, correlationId, {
      errorCode: 0,
      errorMessage: null,
      authBytes: step.answer,
      ...lifetime,
    });
  }

  #step(token: Buffer): string | { answer: Buffer; user: string | null } {
    const { username = 'alice', password = 'alice-secret', token: bearer = 'a.b.c' } = this.#options;
    const nothing = Buffer.alloc(0);
    if (this.#mechanism === 'PLAIN') {
      const right = token.equals(Buffer.from(`\0${username}\0${password}`));
      return right ? { answer: nothing, user: username } : 'Authentication failed: Invalid username or password';
    }
    if (this.#mechanism === 'OAUTHBEARER') {
      if (token.equals(Buffer.of(1))) return '{"status":"invalid_token"}';
      const right = token.toString() === `n,,\x01auth=Bearer ${bearer}\x01\x01`;
      return right
        ? { answer: nothing, user: bearer }
        : { answer: Buffer.from('{"status":"invalid_token"}'), user: null };
    }
    if (this.#mechanism === null) return 'there was no SaslHandshake';
    return this.#scram(token.toString(), username, password);
  }

  /** RFC 5802 from the server's end, written apart from the client's in src. */
  #scram(text: string, username: string, password: string): string | { answer: Buffer; user: string | null } {
    const iterations = this.#options.iterations ?? 4096;
    const digest = this.#mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
    if (this.#scramFirst === null) {
      const bare = text.replace(/^n,,/, '');
      const [, user = '', nonce = ''] = /^n=([^,]*),r=([^,]*)/.exec(bare) ?? [];
      if (user.replaceAll('=2C', ',').replaceAll('=3D', '=') !== username) return 'Authentication failed';
      const server = `r=${nonce}server,s=${salt.toString('base64')},i=${iterations}`;
      this.#scramFirst = { bare, server };
      return { answer: Buffer.from(server), user: null };
    }
    const { bare, server } = this.#scramFirst;
    this.#scramFirst = null;
    const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(text) ?? [];
    const salted = pbkdf2Sync(password, salt, iterations, digest === 'sha256' ? 32 : 64, digest);
    const message = `${bare},${server},${withoutProof}`;
    const stored = createHash(digest).update(createHmac(digest, salted).update('Client Key').digest()).digest();
    const mask = createHmac(digest, stored).update(message).digest();
    const clientKey = Buffer.from(proof, 'base64').map((byte, index) => byte ^ (mask[index] ?? 0));
    if (!timingSafeEqual(createHash(digest).update(clientKey).digest(), stored)) return 'Authentication failed';
    const serverKey = createHmac(digest, salted).update('Server Key').digest();
    const signature = createHmac(digest, serverKey).update(message).digest();
    if (this.#options.wrongSignature === true) signature[0] = (signature[0] ?? 0) ^ 1;
    return { answer: Buffer.from(`v=${signature.toString('base64')}`), user: username };
  }
}
