import { randomBytes } from 'node:crypto';

/** Where the client id begins in a request: behind size, key, version, correlation id and its own length. */
const clientIdAt = 14;

/**
 * The name under which this run asks its upstream, new in every run. When a client of that very name comes to our own
 * listener, the upstream leads back to us, however many load balancers and host names stand between.
 */
export class OwnProbe {
  readonly clientId: string;
  readonly #bytes: Buffer;

  /** `clientId`: the name that another thread of this run asks under; absent: a new one. */
  constructor(clientId = `kafka-scope-probe-${randomBytes(8).toString('hex')}`) {
    this.clientId = clientId;
    this.#bytes = Buffer.from(clientId, 'latin1');
  }

  /** Are these, the first bytes of a client, our own question? */
  isIn(firstBytes: Uint8Array): boolean {
    const end = clientIdAt + this.#bytes.length;
    return firstBytes.length >= end && this.#bytes.equals(firstBytes.subarray(clientIdAt, end));
  }
}
