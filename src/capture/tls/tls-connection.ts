import type { TlsFacts } from '../../wire/segment.ts';
import type { TcpSide } from '../types.ts';
import { cipherSuite, cipherSuiteName } from './cipher-suites.ts';
import { handshakeType } from './handshake-assembler.ts';
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
import { nextTrafficSecret, type OpenedRecord, tls12Cipher, tls13Cipher } from './record-cipher.ts';
import { recordType, type TlsRecord } from './record-stream.ts';
import { TlsDirection } from './tls-direction.ts';
import { type TlsProblem, tlsVersion12, tlsVersion13 } from './tls-problem.ts';

/** Bytes of one direction that wait until the other side's hello decides how to read them. */
export const waitingBytesMax = 262_144;

/** Records in a row that no key opens before the connection is given up. */
const refusedMax = 16;

/** Gets what a TLS connection says in the clear. */
export interface PlaintextListener {
  plaintext(side: TcpSide, bytes: Uint8Array, atUs: number): void;
  /** Plaintext that is lost, in place of it; null where padding leaves its length open. */
  lost(side: TcpSide, missingBytes: number | null, atUs: number): void;
  /** Nothing more of this connection can be read. Told once. */
  unreadable(): void;
}

/**
 * Follows one TLS connection from its hellos on and decrypts it with the secrets of a key log. Sans-io: reassembled
 * bytes in, plaintext out. TLS 1.2 with AEAD and CBC suites, TLS 1.3 with all of its own, KeyUpdate, HelloRetryRequest
 * and early data; a resumed session is one more line in the key log. What can not be read is never guessed.
 */
export class TlsConnection {
  clientSide: TcpSide | null = null;
  alpn: string | null = null;
  certificateSubject: string | null = null;
  /** Why this connection is not read; null while it is. */
  problem: TlsProblem | null = null;
  readonly #keyLog: KeyLog;
  readonly #listener: PlaintextListener;
  readonly #directions: readonly [TlsDirection, TlsDirection] = [new TlsDirection(), new TlsDirection()];
  #clientHello: ClientHello | null = null;
  #serverHello: ServerHello | null = null;
  /** A HelloRetryRequest waits for its second ClientHello. */
  #retried = false;
  /** TLS 1.3 beyond doubt, so a change_cipher_spec says nothing. */
  #retrySeen = false;
  /** TLS 1.3: the server said whether it takes early data. */
  #earlyDataDecided = false;
  #earlyDataAccepted = false;
  #waitingBytes = 0;

  constructor(keyLog: KeyLog, listener: PlaintextListener) {
    this.#keyLog = keyLog;
    this.#listener = listener;
  }

  /** CONTRACT's `tls`; null until both hellos were seen. */
  get facts(): TlsFacts | null {
    if (this.#serverHello === null || this.#serverHello.retry) return null;
    return {
      version: versionName(this.#serverHello.version),
      cipher: cipherSuiteName(this.#serverHello.suite),
      sni: this.sni,
    };
  }

  get sni(): string | null {
    return this.#clientHello?.sni ?? null;
  }

  /** Versions the client offered. */
  get offered(): readonly string[] {
    return this.#clientHello?.versions.map(versionName) ?? [];
  }

  /** Application protocols the client offered. */
  get alpnOffered(): readonly string[] {
    return this.#clientHello?.alpn ?? [];
  }

  get clientRandom(): Uint8Array | null {
    return this.#clientHello?.random ?? null;
  }

  /** Bytes kept of records and messages that are not whole, or that wait for a hello. */
  get heldBytes(): number {
    const [first, second] = this.#directions;
    const whole = first.records.heldBytes + second.records.heldBytes;
    return whole + first.handshake.heldBytes + second.handshake.heldBytes + this.#waitingBytes;
  }

  /** Lets go of everything: the connection stays unread. */
  giveUp(): void {
    this.#fail({ kind: 'too-much-held' });
    for (const direction of this.#directions) {
      direction.records.drop();
      direction.handshake.reset();
      direction.waiting = [];
    }
    this.#waitingBytes = 0;
  }

  data(side: TcpSide, bytes: Uint8Array, atUs: number): void {
    const direction = this.#directions[side];
    direction.records.receive(bytes, atUs, (record) => this.#record(side, record));
    if (direction.records.broken) this.#fail({ kind: 'not-tls' });
  }

  gap(side: TcpSide, missingBytes: number): void {
    const direction = this.#directions[side];
    direction.records.gap(missingBytes);
    direction.handshake.reset();
  }

  /** True when the record was used; the answer counts only behind a loss. */
  #record(side: TcpSide, record: TlsRecord): boolean {
    if (this.#retrySeen && record.header[0] === recordType.changeCipherSpec) return true;
    if (!this.#mustWait(side, record)) return this.#process(side, record);
    const size = record.header.length + record.body.length;
    this.#waitingBytes += size;
    if (this.#waitingBytes > waitingBytesMax) {
      this.#fail({ kind: 'hello-missing' });
      this.#directions[0].waiting = [];
      this.#directions[1].waiting = [];
      this.#waitingBytes = 0;
      return true;
    }
    this.#directions[side].waiting.push({
      header: new Uint8Array(record.header),
      body: new Uint8Array(record.body),
      atUs: record.atUs,
      lostBytes: record.lostBytes,
    });
    return true;
  }

  /** A record can only be read once both hellos are known; the hellos themselves are the exception. */
  #mustWait(side: TcpSide, record: TlsRecord): boolean {
    if (this.problem !== null) return false;
    if (this.#directions[side].waiting.length > 0) return true;
    const fromServer = this.clientSide !== null && side !== this.clientSide;
    if (this.#clientHello === null || this.#serverHello === null) {
      const own = fromServer ? this.#serverHello : this.#clientHello;
      const mayBeHello = record.header[0] === recordType.handshake || record.header[0] === recordType.alert;
      return !mayBeHello || (own !== null && !(this.#retried && !fromServer));
    }
    return !fromServer && this.#awaitsEarlyData();
  }

  #awaitsEarlyData(): boolean {
    if (this.#clientHello?.earlyData !== true || this.#earlyDataDecided) return false;
    if (this.#serverHello?.version !== tlsVersion13) return false;
    return this.clientSide !== null && this.#directions[this.clientSide === 0 ? 1 : 0].cipher !== null;
  }

  #drainWaiting(): void {
    for (const side of [0, 1] as const) {
      const direction = this.#directions[side];
      const records = direction.waiting;
      direction.waiting = [];
      for (const record of records) {
        if (this.#mustWait(side, record)) direction.waiting.push(record);
        else {
          this.#waitingBytes -= record.header.length + record.body.length;
          this.#process(side, record);
        }
      }
    }
  }

  #process(side: TcpSide, record: TlsRecord): boolean {
    const type = record.header[0] as number;
    const direction = this.#directions[side];
    const tls13 = this.#serverHello?.version === tlsVersion13;
    if (record.lostBytes > 0) return this.#processAfterLoss(side, direction, record);
    if (type === recordType.changeCipherSpec) {
      if (!tls13) this.#changeCipher(side, direction);
      return true;
    }
    if (direction.cipher === null && direction.following === null) {
      if (type === recordType.handshake && !direction.sealed) this.#handshake(side, record.body);
      else if (type === recordType.applicationData && this.problem === null) this.#fail({ kind: 'hello-missing' });
      return true;
    }
    if (tls13 && type !== recordType.applicationData) return true;
    const opened = direction.open(record) ?? direction.openAhead(record);
    if (opened !== null) {
      this.#content(side, opened, record.atUs);
      return true;
    }
    this.#refused(side, direction, record);
    return true;
  }

  #processAfterLoss(side: TcpSide, direction: TlsDirection, record: TlsRecord): boolean {
    if (this.problem !== null) return true;
    if (direction.cipher === null && direction.following === null) {
      // In the clear nothing proves a record, but its header is 24 sure bits.
      if (record.header[0] === recordType.handshake) this.#handshake(side, record.body);
      else if (record.header[0] === recordType.changeCipherSpec) this.#changeCipher(side, direction);
      else if (record.header[0] === recordType.applicationData) {
        this.#changeCipher(side, direction);
        if (direction.cipher === null) this.#fail({ kind: 'hello-missing' });
        else return this.#processAfterLoss(side, direction, record);
      }
      return true;
    }
    const overheadBytes = direction.cipher?.overheadBytes ?? null;
    const inHandshake = direction.following !== null;
    const found = direction.openAfterLoss(record);
    if (found === null) return false;
    if (found.skipped < 0 || (found.skipped > 0 && !inHandshake)) {
      const known = overheadBytes !== null && found.skipped > 0;
      const missingBytes = known ? Math.max(0, record.lostBytes - found.skipped * overheadBytes) : null;
      this.#listener.lost(side, missingBytes, record.atUs);
    }
    this.#content(side, found.opened, record.atUs);
    return true;
  }

  /** No key opens the record: rejected early data and handshakes without their secret are stepped over. */
  #refused(side: TcpSide, direction: TlsDirection, record: TlsRecord): void {
    direction.refused += 1;
    const early = side === this.clientSide && this.#clientHello?.earlyData === true && !this.#earlyDataAccepted;
    if (direction.refused <= refusedMax || (early && direction.opened === 0)) {
      if (direction.following === null && direction.opened > 0) {
        direction.sequence += 1;
        this.#listener.lost(side, null, record.atUs);
      }
      return;
    }
    this.#fail({ kind: direction.opened === 0 ? 'keys-do-not-fit' : 'record-damaged' });
  }

  #content(side: TcpSide, opened: OpenedRecord, atUs: number): void {
    if (opened.type === recordType.applicationData) {
      if (opened.bytes.length > 0) this.#listener.plaintext(side, opened.bytes, atUs);
    } else if (opened.type === recordType.handshake) this.#handshake(side, opened.bytes);
  }

  #handshake(side: TcpSide, bytes: Uint8Array): void {
    const direction = this.#directions[side];
    for (const message of direction.handshake.take(bytes)) {
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
          if (side !== this.clientSide) {
            this.certificateSubject ??= certificateSubject(message.body, this.#serverHello?.version === tlsVersion13);
          }
          break;
        case handshakeType.endOfEarlyData:
        case handshakeType.finished:
          if (this.#serverHello?.version === tlsVersion13) this.#finished(side, direction);
          break;
        case handshakeType.keyUpdate:
          this.#keyUpdate(direction);
          break;
        default:
          break;
      }
    }
    if (this.#clientHello !== null && this.#serverHello !== null) this.#drainWaiting();
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
      this.#retrySeen = true;
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

  #afterEarlyData: {
    readonly cipher: NonNullable<TlsDirection['cipher']>;
    readonly secret: Uint8Array;
    readonly following: TlsDirection['following'];
  } | null = null;

  #finished(side: TcpSide, direction: TlsDirection): void {
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
    if (clientHello === null || serverHello === null || this.problem !== null) return;
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

  /** TLS 1.2: from here on this side's records are encrypted. */
  #changeCipher(side: TcpSide, direction: TlsDirection): void {
    direction.sealed = true;
    const clientHello = this.#clientHello;
    const serverHello = this.#serverHello;
    if (clientHello === null || serverHello === null || this.problem !== null) return;
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

  #fail(problem: TlsProblem): void {
    if (this.problem !== null) return;
    this.problem = problem;
    this.#listener.unreadable();
  }
}
