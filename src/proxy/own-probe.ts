import { randomBytes } from 'node:crypto';

/** Where the client id begins in a request: behind size, key, version, correlation id and its own length. */
const clientIdAt = 14;

/**
 * The name under which this run asks its upstream, new in every run. When a client of that very name comes to our own
 * listener, the upstream leads back to us, however many load balancers and host names stand between.
 */
export class OwnProbe {
  readonly clientId = `kafka-scope-probe-${randomBytes(8).toString('hex')}`;
  readonly #bytes = Buffer.from(this.clientId, 'latin1');

  /** Are these, the first bytes of a client, our own question? */
  isIn(firstBytes: Uint8Array): boolean {
    const end = clientIdAt + this.#bytes.length;
    return firstBytes.length >= end && this.#bytes.equals(firstBytes.subarray(clientIdAt, end));
  }
}
