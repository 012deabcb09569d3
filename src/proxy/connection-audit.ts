import { createHash, type Hash } from 'node:crypto';
import type { PathBytes } from '../metrics/path-facts.ts';
import type { EventDetail } from './event-detail.ts';
import type { RewriteTally } from './rewrite-tally.ts';

/** One of the four streams of a proxied connection. */
export type Stream = keyof PathBytes;

const streams: readonly Stream[] = ['fromClient', 'toBroker', 'fromBroker', 'toClient'];

/** Counts, and where asked for digests, what came in and what went on, so that a connection can be proved innocent. */
export class ConnectionAudit implements PathBytes {
  fromClient = 0;
  toBroker = 0;
  fromBroker = 0;
  toClient = 0;
  readonly #hashes: Readonly<Record<Stream, Hash>> | null;

  /** `hashes`: SHA-256 of each stream, which costs as much as forwarding itself. */
  constructor(hashes: boolean) {
    this.#hashes = hashes
      ? { fromClient: sha256(), toBroker: sha256(), fromBroker: sha256(), toClient: sha256() }
      : null;
  }

  /** Bytes as they came in or went on. */
  count(stream: Stream, bytes: Uint8Array): void {
    this[stream] += bytes.length;
    if (this.#hashes !== null) this.#hashes[stream].update(bytes);
  }

  /** Whether all that came went on, but for the rewrites; null when an end was cut, so that bytes may lie anywhere. */
  balanced(rewrites: RewriteTally, cut: boolean): boolean | null {
    if (cut) return null;
    return this.toBroker === this.fromClient && this.toClient === this.fromBroker + rewrites.deltaBytes;
  }

  /** The facts of the event at the end of a connection; to be called once. */
  detail(rewrites: RewriteTally, cut: boolean): EventDetail {
    const { fromClient, toBroker, fromBroker, toClient } = this;
    const detail: Record<string, string | number | boolean | null> = { fromClient, toBroker, fromBroker, toClient };
    for (const [kind, count] of Object.entries(rewrites.byKind())) detail[kind] = count;
    detail.deltaBytes = rewrites.deltaBytes;
    detail.balanced = this.balanced(rewrites, cut);
    if (detail.balanced === false) {
      detail.message = `Bytes do not add up: ${fromClient} came from the client and ${toBroker} went to the broker; ${fromBroker} came from the broker, rewrites changed them by ${rewrites.deltaBytes}, and ${toClient} went to the client. Please report this with a capture of the connection.`;
    }
    if (this.#hashes !== null) {
      for (const stream of streams) detail[`${stream}Sha256`] = this.#hashes[stream].digest('hex');
    }
    return detail;
  }
}

function sha256(): Hash {
  return createHash('sha256');
}
