/**
 * The life of a connection as Kafka sees it.
 *
 *              api-versions            sasl-handshake
 *   opening ───────────────► negotiating ──────────────► authenticating ◄─┐ sasl-token, sasl-handshake
 *      │                        │    ▲ api-versions          │  └──────────┘
 *      │ request                │ request                    │ request (what is no SASL ends the exchange)
 *      ▼                        ▼                            ▼
 *     open ◄────────────────────┴────────────────────────────┘
 *      │  sasl-handshake (re-authentication, KIP-368) ─► authenticating
 *      │  not-kafka ─► opaque            any state: closed ─► closed
 *
 * Theory: a broker answers one request at a time, in order. Only three things move a connection: what kind of
 * request passes, bytes that cannot be Kafka, and the end. Whether raw SASL tokens (SaslHandshake v0) may follow
 * is not a state of its own but a fact kept beside it, because it ends without any marker (PROTOCOL 4.11).
 */
export type ConnectionState = 'opening' | 'negotiating' | 'authenticating' | 'open' | 'opaque' | 'closed';

export type ConnectionInput = 'api-versions' | 'sasl-handshake' | 'sasl-token' | 'request' | 'not-kafka' | 'closed';

type Row = Readonly<Record<ConnectionInput, ConnectionState>>;

/** The whole machine: `transitions[state][input]` is the next state. */
export const transitions: Readonly<Record<ConnectionState, Row>> = {
  opening: {
    'api-versions': 'negotiating',
    'sasl-handshake': 'authenticating',
    'sasl-token': 'authenticating',
    request: 'open',
    'not-kafka': 'opaque',
    closed: 'closed',
  },
  negotiating: {
    'api-versions': 'negotiating',
    'sasl-handshake': 'authenticating',
    'sasl-token': 'authenticating',
    request: 'open',
    'not-kafka': 'opaque',
    closed: 'closed',
  },
  authenticating: {
    'api-versions': 'negotiating',
    'sasl-handshake': 'authenticating',
    'sasl-token': 'authenticating',
    request: 'open',
    'not-kafka': 'opaque',
    closed: 'closed',
  },
  open: {
    'api-versions': 'open',
    'sasl-handshake': 'authenticating',
    'sasl-token': 'authenticating',
    request: 'open',
    'not-kafka': 'opaque',
    closed: 'closed',
  },
  opaque: {
    'api-versions': 'opaque',
    'sasl-handshake': 'opaque',
    'sasl-token': 'opaque',
    request: 'opaque',
    'not-kafka': 'opaque',
    closed: 'closed',
  },
  closed: {
    'api-versions': 'closed',
    'sasl-handshake': 'closed',
    'sasl-token': 'closed',
    request: 'closed',
    'not-kafka': 'closed',
    closed: 'closed',
  },
};
