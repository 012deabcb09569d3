import type { TcpSide } from '../types.ts';
import type { KeyLog } from './key-log.ts';
import type { OpenedRecord } from './record-cipher.ts';
import { recordType, type TlsRecord } from './record-stream.ts';
import { TlsDirection } from './tls-direction.ts';
import { TlsHandshake } from './tls-handshake.ts';
import type { TlsProblem } from './tls-problem.ts';

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
 * bytes in, plaintext out; which keys open which record is what the handshake says. TLS 1.2 with AEAD and CBC suites, TLS 1.3 with all of its own, KeyUpdate, HelloRetryRequest
 * and early data; a resumed session is one more line in the key log. What can not be read is never guessed.
 */
export class TlsConnection {
  readonly handshake: TlsHandshake;
  /** Why this connection is not read; null while it is. */
  problem: TlsProblem | null = null;
  readonly #listener: PlaintextListener;
  readonly #directions: readonly [TlsDirection, TlsDirection] = [new TlsDirection(), new TlsDirection()];
  #waitingBytes = 0;

  constructor(keyLog: KeyLog, listener: PlaintextListener) {
    this.handshake = new TlsHandshake(keyLog, this.#directions, (problem) => this.#fail(problem));
    this.#listener = listener;
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
    if (this.handshake.retrySeen && record.header[0] === recordType.changeCipherSpec) return true;
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
    const { handshake } = this;
    if (handshake.complete) return handshake.awaitsEarlyData(side);
    const mayBeHello = record.header[0] === recordType.handshake || record.header[0] === recordType.alert;
    return !mayBeHello || !handshake.mayHello(side);
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
    const { isTls13 } = this.handshake;
    if (record.lostBytes > 0) return this.#processAfterLoss(side, direction, record);
    if (type === recordType.changeCipherSpec) {
      if (!isTls13) this.handshake.changeCipher(side);
      return true;
    }
    if (direction.cipher === null && direction.following === null) {
      if (type === recordType.handshake && !direction.sealed) this.#handshake(side, record.body);
      else if (type === recordType.applicationData && this.problem === null) this.#fail({ kind: 'hello-missing' });
      return true;
    }
    if (isTls13 && type !== recordType.applicationData) return true;
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
      else if (record.header[0] === recordType.changeCipherSpec) this.handshake.changeCipher(side);
      else if (record.header[0] === recordType.applicationData) {
        this.handshake.changeCipher(side);
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
    const early = this.handshake.isRejectedEarlyData(side);
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
    for (const message of this.#directions[side].handshake.take(bytes)) this.handshake.message(side, message);
    if (this.handshake.complete) this.#drainWaiting();
  }

  #fail(problem: TlsProblem): void {
    if (this.problem !== null) return;
    this.problem = problem;
    this.handshake.stop();
    this.#listener.unreadable();
  }
}
