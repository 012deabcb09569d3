import { gssService } from '../payloads/gss-token.ts';
import { saslUser } from '../payloads/sasl.ts';
import type { FieldNames } from '../protocol/field-names.ts';
import { AssemblyBuffers } from '../wire/assembly-buffers.ts';
import type { FrameSearch } from '../wire/frame-search.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { ConnectionOpened, Side } from '../wire/segment.ts';
import { type ConnectionInput, type ConnectionState, transitions } from './connection-state.ts';
import { CorrelationTable } from './correlation-table.ts';
import type { ConnectionFacts } from './exchange.ts';
import { inFlightMax, rawTokensMax } from './limits.ts';
import type { PartitionSession } from './partition-session.ts';
import { NonceWatch } from './sasl-nonce.ts';

/** Everything the engine remembers of one connection between two segments. */
export class ConnectionTrack {
  readonly facts: ConnectionFacts;
  readonly client: FrameSplitter;
  readonly broker: FrameSplitter;
  readonly waiting = new CorrelationTable(inFlightMax);
  /** Raw SASL tokens sent by the client and not yet answered (SaslHandshake v0). */
  readonly rawTokens = new CorrelationTable(rawTokensMax);
  /** True after an accepted SaslHandshake v0, until a frame is seen to be a request again. */
  expectsRawTokens = false;
  /** Mechanism and user named by the client, believed once the broker accepts them. */
  claimedUser: string | null = null;
  authenticated = false;
  readonly nonces = new NonceWatch();
  /** The side that said first that it will send nothing more. */
  endedBy: Side | null = null;
  /** Looks for the next frame of a direction behind a loss; null while frames follow on. */
  readonly searches: { client: FrameSearch | null; broker: FrameSearch | null } = { client: null, broker: null };
  /** Which direction found its frames again by evidence, so that an impossible size means another search. */
  readonly foundAgain = { client: false, broker: false };
  /** Client id and kinds of the requests so far (`layoutOf`): evidence for what a loss hides. */
  clientId: string | null = null;
  readonly layouts = new Set<number>();
  /** True from a SaslHandshake on an authenticated connection until anything but SASL follows (KIP-368). */
  reauthenticating = false;
  /** The last token was taken without error, but its mechanism does not tell whether it was the last one. */
  tokenTaken = false;
  /** The fetch or share session last used here; sessions outlive connections, this only saves looking them up. */
  session: PartitionSession | null = null;
  previousResponseUs: number | null = null;
  previousThrottleUs = 0;
  #state: ConnectionState = 'opening';

  constructor(opened: ConnectionOpened, names: FieldNames, buffers: AssemblyBuffers = new AssemblyBuffers()) {
    this.client = new FrameSplitter('client', { buffers });
    this.broker = new FrameSplitter('broker', { buffers });
    this.facts = {
      id: opened.connection,
      client: opened.client,
      broker: opened.broker,
      nodeId: opened.nodeId,
      tls: opened.tls,
      sasl: null,
      principal: null,
      kerberosService: null,
      openedAtUs: opened.atUs,
      software: null,
      softwareVersion: null,
      offered: null,
      names,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Moves the connection along its transition table. */
  step(input: ConnectionInput): void {
    this.#state = transitions[this.#state][input];
  }

  /** The search under way in a direction; null while its frames follow on. */
  searchOf(side: Side): FrameSearch | null {
    return this.searches[side];
  }

  /**
   * Keeps what a client's token tells beside its secret: who it is, and for which service its Kerberos ticket is. True
   * for a SCRAM login that repeats its nonce.
   */
  learnToken(token: Uint8Array): boolean {
    const { facts } = this;
    const service = facts.sasl === null || facts.sasl.mechanism === 'GSSAPI' ? gssService(token) : null;
    if (service !== null) {
      facts.kerberosService = service;
      // Clients of Kafka 0.9 begin with the token (PROTOCOL 4.12), and captures behind the handshake: it says what it is.
      facts.sasl ??= { mechanism: 'GSSAPI' };
    }
    const mechanism = facts.sasl?.mechanism ?? '';
    this.claimedUser ??= saslUser(mechanism, token);
    return this.nonces.repeats(mechanism, token);
  }

  /** The broker accepted who the client says it is. */
  authenticate(): void {
    this.authenticated = true;
    this.tokenTaken = false;
    if (this.claimedUser !== null) this.facts.principal = this.claimedUser;
  }

  splitter(side: Side): FrameSplitter {
    return side === 'client' ? this.client : this.broker;
  }
}
