import type { TlsFacts } from '../../wire/segment.ts';
import type { TcpSide, UnreadTls } from '../types.ts';
import { cipherSuite, cipherSuiteName } from './cipher-suites.ts';
import { type HandshakeMessage, handshakeType } from './handshake-assembler.ts';
import {
  type ClientHello,
  certificateSubject,
  readClientHello,
  readEncryptedExtensions,
  readServerHello,
  type ServerHello,
  versionName,
} from './hello.ts';
import type { KeyLog } from './key-log.ts';
import { nextTrafficSecret, tls12Cipher, tls13Cipher } from './record-cipher.ts';
import type { TlsDirection } from './tls-direction.ts';
import { type TlsProblem, tlsVersion12, tlsVersion13 } from './tls-problem.ts';

type SaidInTheClear = Pick<UnreadTls, 'sni' | 'version' | 'cipher' | 'alpn' | 'certificateSubject'>;

/**
 * What the handshake of a TLS connection says: who is the client, what both agreed on, who the server claims to be.
 * Puts the keys that follow from it and the secrets of the key log in force, in each direction when its time comes:
 * by hello, change_cipher_spec, Finished, KeyUpdate, and around early data.
 */
export class TlsHandshake {
  clientSide: TcpSide | null = null;
  alpn: string | null = null;
  certificateSubject: string | null = null;
  /** A HelloRetryRequest was seen: TLS 1.3 beyond doubt, so a change_cipher_spec says nothing. */
  retrySeen = false;
  readonly #keyLog: KeyLog;
  readonly #directions: readonly [TlsDirection, TlsDirection];
  readonly #fail: (problem: TlsProblem) => void;
  #clientHello: ClientHello | null = null;
  #serverHello: ServerHello | null = null;
  /** A HelloRetryRequest waits for its second ClientHello. */
  #retried = false;
  /** TLS 1.3: the server said whether it takes early data. */
  #earlyDataDecided = false;
  #earlyDataAccepted = false;
  /** The client's keys behind its early data. */
  #afterEarlyData: {
    readonly cipher: NonNullable<TlsDirection['cipher']>;
    readonly secret: Uint8Array;
    readonly following: TlsDirection['following'];
  } | null = null;

  #stopped = false;

  /** `fail` is told why the connection cannot be read. */
  constructor(keyLog: KeyLog, directions: readonly [TlsDirection, TlsDirection], fail: (problem: TlsProblem) => void) {
    this.#keyLog = keyLog;
    this.#directions = directions;
    this.#fail = fail;
  }

  /** Looks for no more keys: the connection stays unread. What the handshake says is still taken down. */
  stop(): void {
    this.#stopped = true;
  }

  /** CONTRACT's `tls`; null until both hellos were seen. */
  get facts(): TlsFacts | null {
    if (this.#serverHello === null || this.#serverHello.retry) return null;
    return {
      version: versionName(this.#serverHello.version),
      cipher: cipherSuiteName(this.#serverHello.suite),
      sni: this.#clientHello?.sni ?? null,
    };
  }

  /** What is said in the clear: what was agreed on or, where nothing was, what the client offered. */
  get said(): SaidInTheClear {
    const { facts } = this;
    const versions = this.#clientHello?.versions.map(versionName) ?? [];
    const protocols = this.#clientHello?.alpn ?? [];
    return {
      sni: this.#clientHello?.sni ?? null,
      version: facts?.version ?? (versions.length === 0 ? null : versions.join(', ')),
      cipher: facts?.cipher ?? null,
      alpn: this.alpn ?? (protocols.length === 0 ? null : protocols.join(', ')),
      certificateSubject: this.certificateSubject,
    };
  }

  /** Both hellos were seen. */
  get complete(): boolean {
    return this.#clientHello !== null && this.#serverHello !== null;
  }

  get isTls13(): boolean {
    return this.#serverHello?.version === tlsVersion13;
  }

  /** Whether a side has its hello still to say. */
  mayHello(side: TcpSide): boolean {
    if (this.#isServer(side)) return this.#serverHello === null;
    return this.#clientHello === null || this.#retried;
  }

  /** Whether what a side says can only be read once the server said whether it takes early data. */
  awaitsEarlyData(side: TcpSide): boolean {
    if (this.#isServer(side) || this.#clientHello?.earlyData !== true || this.#earlyDataDecided) return false;
    return this.isTls13 && this.clientSide !== null && this.#directions[this.clientSide === 0 ? 1 : 0].cipher !== null;
  }

  /** Whether what no key opens may be early data that the server did not take. */
  isRejectedEarlyData(side: TcpSide): boolean {
    return side === this.clientSide && this.#clientHello?.earlyData === true && !this.#earlyDataAccepted;
  }

  /** One message of the handshake, in the clear or decrypted. */
  message(side: TcpSide, message: HandshakeMessage): void {
    switch (message.type) {
      case handshakeType.clientHello:
        this.#tookClientHello(side, message.body);
        break;
      case handshakeType.serverHello:
        this.#tookServerHello(side, message.body);
        break;
      case handshakeType.encryptedExtensions:
        this.#tookEncryptedExtensions(message.body);
        break;
      case handshakeType.certificate:
        if (side !== this.clientSide) this.certificateSubject ??= certificateSubject(message.body, this.isTls13);
        break;
      case handshakeType.endOfEarlyData:
      case handshakeType.finished:
        if (this.isTls13) this.#finished(side);
        break;
      case handshakeType.keyUpdate:
        this.#keyUpdate(this.#directions[side]);
        break;
      default:
        break;
    }
  }

  /** TLS 1.2: from here on this side's records are encrypted. */
  changeCipher(side: TcpSide): void {
    const direction = this.#directions[side];
    direction.sealed = true;
    const clientHello = this.#clientHello;
    const serverHello = this.#serverHello;
    if (clientHello === null || serverHello === null || this.#stopped) return;
    const suite = cipherSuite(serverHello.suite);
    const masterSecret = this.#keyLog.find('CLIENT_RANDOM', clientHello.random);
    if (suite === null || masterSecret === null || serverHello.version !== tlsVersion12) return;
    direction.cipher = tls12Cipher(
      {
        suite,
        masterSecret,
        clientRandom: clientHello.random,
        serverRandom: serverHello.random,
        encryptThenMac: serverHello.encryptThenMac,
      },
      side === this.clientSide,
    );
    direction.sequence = 0;
  }

  #isServer(side: TcpSide): boolean {
    return this.clientSide !== null && side !== this.clientSide;
  }

  #tookClientHello(side: TcpSide, body: Uint8Array): void {
    const hello = readClientHello(body);
    if (hello === null) return;
    this.clientSide = side;
    this.#clientHello = hello;
    this.#retried = false;
    if (this.#serverHello !== null) this.#agree();
  }

  #tookServerHello(side: TcpSide, body: Uint8Array): void {
    const hello = readServerHello(body);
    if (hello === null) return;
    if (hello.retry) {
      this.#retried = true;
      this.retrySeen = true;
      return;
    }
    this.clientSide ??= side === 0 ? 1 : 0;
    this.#serverHello = hello;
    this.alpn = hello.alpn;
    if (this.#clientHello !== null) this.#agree();
  }

  #tookEncryptedExtensions(body: Uint8Array): void {
    const extensions = readEncryptedExtensions(body);
    this.alpn = extensions.alpn;
    this.#earlyDataAccepted = extensions.earlyData;
    this.#earlyDataDecided = true;
    const client = this.clientSide === null ? null : this.#directions[this.clientSide];
    const random = this.#clientHello?.random;
    const suite = this.#serverHello === null ? null : cipherSuite(this.#serverHello.suite);
    if (!extensions.earlyData || client === null || random === undefined || suite === null) return;
    const early = this.#keyLog.find('CLIENT_EARLY_TRAFFIC_SECRET', random);
    if (early === null || client.cipher === null || client.secret === null) return;
    // Early data comes first, under keys of its own, until EndOfEarlyData.
    this.#afterEarlyData = { cipher: client.cipher, secret: client.secret, following: client.following };
    client.cipher = tls13Cipher(suite, early);
    client.secret = early;
    client.following = { cipher: this.#afterEarlyData.cipher, secret: this.#afterEarlyData.secret };
  }

  #finished(side: TcpSide): void {
    const direction = this.#directions[side];
    direction.advance();
    if (side !== this.clientSide || this.#afterEarlyData === null) return;
    direction.following = this.#afterEarlyData.following;
    this.#afterEarlyData = null;
  }

  #keyUpdate(direction: TlsDirection): void {
    const suite = this.#serverHello === null ? null : cipherSuite(this.#serverHello.suite);
    if (suite === null || direction.secret === null || direction.following !== null) return;
    direction.secret = nextTrafficSecret(suite, direction.secret);
    direction.cipher = tls13Cipher(suite, direction.secret);
    direction.sequence = 0;
  }

  /** Both hellos are known: finds the secrets. */
  #agree(): void {
    const clientHello = this.#clientHello;
    const serverHello = this.#serverHello;
    if (clientHello === null || serverHello === null || this.#stopped) return;
    const suite = cipherSuite(serverHello.suite);
    if (serverHello.version !== tlsVersion12 && serverHello.version !== tlsVersion13) {
      this.#fail({ kind: 'version-not-read', version: versionName(serverHello.version) });
    } else if (suite === null || suite.tls13 !== (serverHello.version === tlsVersion13)) {
      this.#fail({ kind: 'suite-not-read', suite: cipherSuiteName(serverHello.suite) });
    } else if (serverHello.version === tlsVersion12) {
      if (this.#keyLog.find('CLIENT_RANDOM', clientHello.random) === null) this.#fail({ kind: 'no-secret' });
    } else {
      this.#scheduleTls13(clientHello);
    }
  }

  #scheduleTls13(clientHello: ClientHello): void {
    const suite = this.#serverHello === null ? null : cipherSuite(this.#serverHello.suite);
    if (suite === null || this.clientSide === null) return;
    for (const side of [0, 1] as const) {
      const from = side === this.clientSide ? 'CLIENT' : 'SERVER';
      const handshake = this.#keyLog.find(`${from}_HANDSHAKE_TRAFFIC_SECRET`, clientHello.random);
      const traffic = this.#keyLog.find(`${from}_TRAFFIC_SECRET_0`, clientHello.random);
      if (traffic === null) {
        this.#fail({ kind: 'no-secret' });
        return;
      }
      const direction = this.#directions[side];
      direction.cipher = handshake === null ? null : tls13Cipher(suite, handshake);
      direction.secret = handshake;
      direction.following = { cipher: tls13Cipher(suite, traffic), secret: traffic };
    }
  }
}
