import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { ConnectionOpened, Side } from '../wire/segment.ts';
import { type ConnectionInput, type ConnectionState, transitions } from './connection-state.ts';
import { CorrelationTable } from './correlation-table.ts';
import type { ConnectionFacts, Exchange } from './exchange.ts';
import { inFlightMax } from './limits.ts';

/** Everything the engine remembers of one connection between two segments. */
export class ConnectionTrack {
  readonly facts: ConnectionFacts;
  readonly client = new FrameSplitter('client');
  readonly broker = new FrameSplitter('broker');
  readonly waiting = new CorrelationTable(inFlightMax);
  /** Raw SASL tokens sent by the client and not yet answered (SaslHandshake v0). */
  readonly rawTokens: Exchange[] = [];
  /** True after an accepted SaslHandshake v0, until a frame is seen to be a request again. */
  expectsRawTokens = false;
  /** Mechanism and user named by the client, believed once the broker accepts them. */
  claimedUser: string | null = null;
  authenticated = false;
  previousResponseUs: number | null = null;
  previousThrottleUs = 0;
  #state: ConnectionState = 'opening';

  constructor(opened: ConnectionOpened) {
    this.facts = {
      id: opened.connection,
      client: opened.client,
      broker: opened.broker,
      nodeId: opened.nodeId,
      tls: opened.tls,
      sasl: null,
      principal: null,
      openedAtUs: opened.atUs,
      software: null,
      softwareVersion: null,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Moves the connection along its transition table. */
  step(input: ConnectionInput): void {
    this.#state = transitions[this.#state][input];
  }

  splitter(side: Side): FrameSplitter {
    return side === 'client' ? this.client : this.broker;
  }
}
