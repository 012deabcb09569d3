import type { TlsFacts } from '../../wire/segment.ts';
import { noTcpFigures, type TcpFigures } from '../tcp-figures.ts';
import type {
  CloseReason,
  PlaintextListener,
  PlaintextStreamListener,
  StreamListener,
  TcpConnectionFacts,
  TcpSide,
  UnreadTls,
} from '../types.ts';
import type { KeyLog } from './key-log.ts';
import { beginsRecord, recordType } from './record-stream.ts';
import type { TlsBudget } from './tls-budget.ts';
import { TlsConnection } from './tls-connection.ts';
import { type TlsProblem, tlsProblemSentence } from './tls-problem.ts';

/** Bytes of one side held until the other answers in TLS too, or does not. */
const claimBytesMax = 16_384;

const nothingSaid = { sni: null, version: null, cipher: null, alpn: null, certificateSubject: null };

const noBytes = new Uint8Array(0);

/** Enough of a connection's first bytes to name what it looks like. */
const firstBytesMax = 16;

/** What all connections share: secrets, bounds, and who is told of what. */
export interface TapHost {
  readonly keyLog: KeyLog;
  readonly listener: PlaintextListener;
  readonly budget: TlsBudget;
  /** A connection turned out to be TLS. */
  began(): void;
  /** The first plaintext of a connection. */
  decrypted(): void;
  /** A server that speaks TLS. */
  remember(server: string): void;
  /** A connection that could not be read is over. */
  tellUnread(unread: UnreadTls): void;
}

/** `undecided` until the first payload, `claimed` while one side speaks TLS and the other has not answered. */
type TapState = 'undecided' | 'claimed' | 'plain' | 'tls';

/** One TCP connection on its way through the layer. What recognition asks of it changes once its handshake was read. */
export class TlsTap implements StreamListener, TcpConnectionFacts {
  readonly addresses: readonly [string, string];
  readonly #layer: TapHost;
  readonly #connection: TcpConnectionFacts;
  readonly #openedUs: number;
  #inner: PlaintextStreamListener | null = null;
  #state: TapState = 'undecided';
  #claimant: TcpSide = 0;
  #held: { readonly bytes: Uint8Array; readonly atUs: number }[] = [];
  #claimBytes = 0;
  /** What the layer's budget was told that this connection holds. */
  #accountedBytes = 0;
  #tls: TlsConnection | null = null;
  /** What is still asked of a connection that is over: recognition may remember it for long, its records not. */
  #facts: TlsFacts | null = null;
  #clientSide: TcpSide | null = null;
  #problem: TlsProblem | null = null;
  #unreadTold = false;
  #anyPlaintext = false;
  #rawBytes = 0;
  #firstBytes: Uint8Array = noBytes;

  constructor(layer: TapHost, connection: TcpConnectionFacts, openedUs: number) {
    this.#layer = layer;
    this.#connection = connection;
    this.#openedUs = openedUs;
    this.addresses = connection.addresses;
  }

  get initiator(): TcpSide | null {
    return this.#connection.initiator ?? this.#tls?.handshake.clientSide ?? this.#clientSide;
  }

  get tls(): TlsFacts | null {
    return this.#tls?.handshake.facts ?? this.#facts;
  }

  figures(client: TcpSide, atUs: number): TcpFigures {
    return this.#connection.figures?.(client, atUs) ?? noTcpFigures;
  }

  startKnown(side: TcpSide): boolean {
    return this.#tls !== null || this.#facts !== null || this.#connection.startKnown(side);
  }

  tellOpened(): PlaintextStreamListener {
    this.#inner ??= this.#layer.listener.opened(this, this.#openedUs);
    return this.#inner;
  }

  data(side: TcpSide, bytes: Uint8Array, atUs: number): void {
    switch (this.#stateFor(side, bytes)) {
      case 'plain':
        this.tellOpened().data(side, bytes, atUs);
        return;
      case 'claimed':
        this.#hold(bytes, atUs);
        return;
      default:
        this.#encrypted(side, bytes, atUs);
    }
  }

  #stateFor(side: TcpSide, bytes: Uint8Array): TapState {
    if (this.#state === 'undecided') this.#decide(side, bytes);
    else if (this.#state === 'claimed' && side !== this.#claimant) this.#settle(bytes);
    return this.#state;
  }

  #hold(bytes: Uint8Array, atUs: number): void {
    this.#held.push({ bytes: new Uint8Array(bytes), atUs });
    this.#claimBytes += bytes.length;
    if (this.#claimBytes > claimBytesMax) this.#confirm();
    this.#account();
  }

  /** Tells the budget what changed; where all together hold too much, this connection lets go. */
  #account(): void {
    const heldBytes = this.#claimBytes + (this.#tls?.heldBytes ?? 0);
    const changed = heldBytes - this.#accountedBytes;
    if (changed === 0) return;
    this.#accountedBytes = heldBytes;
    if (this.#layer.budget.change(changed)) return;
    if (this.#state === 'claimed') this.#confirm();
    this.#tls?.giveUp();
    const leftBytes = this.#claimBytes + (this.#tls?.heldBytes ?? 0);
    this.#layer.budget.change(leftBytes - this.#accountedBytes);
    this.#accountedBytes = leftBytes;
  }

  #encrypted(side: TcpSide, bytes: Uint8Array, atUs: number): void {
    this.#rawBytes += bytes.length;
    if (this.#firstBytes.length === 0) this.#firstBytes = new Uint8Array(bytes.subarray(0, firstBytesMax));
    if (this.#unreadTold) this.tellOpened().unreadable(this.#firstBytes, bytes.length);
    // Also a connection that can not be decrypted says who it is in its handshake.
    this.#tls?.data(side, bytes, atUs);
    this.#account();
  }

  gap(side: TcpSide, missingBytes: number, atUs: number): void {
    if (this.#state === 'claimed') this.#confirm();
    if (this.#tls !== null) {
      this.#tls.gap(side, missingBytes);
      this.#account();
    } else if (this.#state !== 'tls') this.tellOpened().gap(side, missingBytes, atUs);
  }

  ended(side: TcpSide, atUs: number): void {
    if (this.#state === 'claimed') this.#retract();
    this.tellOpened().ended(side, atUs);
  }

  closed(atUs: number, reason: CloseReason): void {
    if (this.#state === 'claimed') this.#retract();
    const inner = this.tellOpened();
    if (this.#state === 'tls') this.#tellUnread(atUs);
    this.#layer.budget.change(-this.#accountedBytes);
    this.#accountedBytes = 0;
    inner.closed(atUs, reason);
    this.#facts = this.#tls?.handshake.facts ?? null;
    this.#clientSide = this.#tls?.handshake.clientSide ?? null;
    this.#tls = null;
  }

  #decide(side: TcpSide, bytes: Uint8Array): void {
    const startKnown = this.#connection.startKnown(side);
    const isHello = bytes[0] === recordType.handshake && (bytes[5] === undefined || bytes[5] === 1 || bytes[5] === 2);
    const isRecord = bytes.length < 3 ? startKnown && isHello : beginsRecord(bytes);
    if (!isRecord || (startKnown && !isHello)) {
      this.#state = 'plain';
      return;
    }
    this.#claimant = side;
    if (startKnown) {
      this.#state = 'claimed';
      return;
    }
    if (isHello) this.#state = 'claimed';
    else {
      this.#begin();
      this.#fail({ kind: 'joined-midway' });
    }
  }

  /** A client that speaks TLS to a plaintext port is an error worth telling, not a TLS connection. */
  #settle(answer: Uint8Array): void {
    if (answer[0] === recordType.alert || beginsRecord(answer)) this.#confirm();
    else this.#retract();
  }

  #confirm(): void {
    this.#begin();
    this.#tls = new TlsConnection(this.#layer.keyLog, this.#plaintextListener());
    const held = this.#held;
    this.#held = [];
    this.#claimBytes = 0;
    for (const { bytes, atUs } of held) this.#encrypted(this.#claimant, bytes, atUs);
  }

  #retract(): void {
    this.#state = 'plain';
    const inner = this.tellOpened();
    const held = this.#held;
    this.#held = [];
    this.#claimBytes = 0;
    for (const { bytes, atUs } of held) inner.data(this.#claimant, bytes, atUs);
  }

  #begin(): void {
    this.#state = 'tls';
    this.#layer.began();
    const server = this.#connection.initiator === null ? null : this.#serverSide(null);
    if (server !== null) this.#layer.remember(this.addresses[server]);
  }

  #plaintextListener(): ConstructorParameters<typeof TlsConnection>[1] {
    return {
      plaintext: (side, bytes, atUs) => {
        if (!this.#anyPlaintext) {
          this.#anyPlaintext = true;
          this.#layer.decrypted();
        }
        this.tellOpened().data(side, bytes, atUs);
      },
      lost: (side, missingBytes, atUs) => this.tellOpened().gap(side, missingBytes, atUs),
      unreadable: () => this.#fail(this.#tls?.problem ?? { kind: 'not-tls' }),
    };
  }

  #fail(problem: TlsProblem): void {
    this.#problem = problem;
    if (this.#unreadTold) return;
    this.#unreadTold = true;
    if (this.#anyPlaintext) return;
    this.tellOpened().unreadable(this.#firstBytes, this.#rawBytes);
  }

  #tellUnread(atUs: number): void {
    const problem = this.#problem;
    if (problem === null) return;
    const handshake = this.#tls?.handshake ?? null;
    const server = this.#serverSide(handshake?.clientSide ?? null);
    this.#layer.tellUnread({
      atUs,
      client: this.addresses[server === 0 ? 1 : 0],
      server: this.addresses[server],
      ...(handshake?.said ?? nothingSaid),
      bytes: this.#rawBytes,
      durationUs: Math.max(0, atUs - this.#openedUs),
      message: tlsProblemSentence(problem, this.#layer.keyLog.lines),
    });
  }

  /** The server's side; of the lower port where the capture does not show who connected. */
  #serverSide(clientSide: TcpSide | null): TcpSide {
    const client = this.#connection.initiator ?? clientSide;
    if (client !== null) return client === 0 ? 1 : 0;
    return portOf(this.addresses[0]) <= portOf(this.addresses[1]) ? 0 : 1;
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
