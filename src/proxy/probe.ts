import { type BrokerAddress, brokersNamed } from '../addons/rewrite-addresses.ts';
import { versionRange } from '../protocol/api-keys.ts';
import { decodeResponse } from '../protocol/decode.ts';
import { encodeRequest } from '../protocol/encode.ts';
import { int32FieldBytes } from '../protocol/splice.ts';
import { intField, structsField } from '../protocol/struct-fields.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import type { OnreadSocket, SocketHandler } from './onread-socket.ts';
import { systemErrorCode } from './proxy-error.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

/** What a look at the upstream found. `message` is a sentence for the person who started the proxy. */
export type ProbeResult =
  | {
      readonly kind: 'kafka';
      readonly upstream: HostPort;
      readonly brokers: readonly BrokerAddress[];
      readonly message: string;
    }
  /** A TCP port that answers something else, or nothing, or hangs up. */
  | { readonly kind: 'not-kafka' | 'silent' | 'closed' | 'loop'; readonly upstream: HostPort; readonly message: string }
  /** `unauthenticated`: it is reached and does not let us in. */
  | { readonly kind: 'unreachable' | 'unauthenticated'; readonly reason: string; readonly message: string };

export interface ProbeOptions extends UpstreamOptions {
  /** How long each answer may take once the connection stands. */
  readonly answerTimeoutMs: number;
  /** Name under which it asks; `isOwnProbe` knows it again when it comes back to us. */
  readonly clientId: string;
}

const apiVersionsKey = 18;
const metadataKey = 3;

/** Spoken by every broker since 0.10 and by 4.x too: what is asked when the broker does not say what it speaks. */
const metadataVersionFallback = 1;

/** Newest version asked for: 13 and later bring nothing a list of brokers needs. */
const metadataVersionMax = 12;

/**
 * Looks at the upstream over a short connection of its own: asks ApiVersions, then Metadata for no topic at all.
 * It learns the brokers early, so that their listeners can be printed at start. The proxy does not depend on it: an
 * upstream that answers neither is served all the same.
 */
export function probeUpstream(options: ProbeOptions): Promise<ProbeResult> {
  return new Promise((resolve) => {
    openUpstream(options, {
      connected: (socket, upstream) => {
        socket.handler = new Probe(socket, upstream, options, resolve);
      },
      failed: ({ reason, message, authentication }) =>
        resolve({ kind: authentication === true ? 'unauthenticated' : 'unreachable', reason, message }),
    });
  });
}

class Probe implements SocketHandler {
  readonly #socket: OnreadSocket;
  readonly #upstream: HostPort;
  readonly #name: string;
  readonly #clientId: string;
  readonly #answerTimeoutMs: number;
  readonly #resolve: (result: ProbeResult) => void;
  readonly #splitter = new FrameSplitter('broker');
  #deadline: NodeJS.Timeout;
  #asked: 'api-versions' | 'metadata' = 'api-versions';
  #metadataVersion = metadataVersionFallback;
  #over = false;

  constructor(socket: OnreadSocket, upstream: HostPort, options: ProbeOptions, resolve: (result: ProbeResult) => void) {
    this.#socket = socket;
    this.#upstream = upstream;
    this.#name = formatHostPort(upstream.host, upstream.port);
    this.#clientId = options.clientId;
    this.#answerTimeoutMs = options.answerTimeoutMs;
    this.#resolve = resolve;
    this.#deadline = this.#newDeadline();
    this.#send(
      encodeRequest({ apiKey: apiVersionsKey, apiVersion: 0, correlationId: 0, clientId: this.#clientId, body: {} }),
    );
  }

  bytesArrived(bytes: Uint8Array): void {
    this.#splitter.receive(bytes, 0);
    for (let event = this.#splitter.next(); event !== undefined && !this.#over; event = this.#splitter.next()) {
      if (event.kind === 'frame') this.#answer(event.frame.bytes);
      else if (event.kind === 'not-kafka') this.#foreign(event.firstBytes, event.sizeBytes);
    }
  }

  peerEnded(): void {
    this.#hungUp();
  }

  writesSettled(): void {}

  closed(error: Error | null): void {
    this.#hungUp(systemErrorCode(error));
  }

  #answer(payload: Uint8Array): void {
    if (this.#asked === 'metadata') {
      const brokers = brokersNamed(payload, metadataKey, this.#metadataVersion);
      this.#found(brokers, `${this.#name} is Kafka and names ${count(brokers.length, 'broker')}.`);
      return;
    }
    this.#metadataVersion = metadataVersionOf(payload);
    this.#asked = 'metadata';
    clearTimeout(this.#deadline);
    this.#deadline = this.#newDeadline();
    const body = { topics: [] };
    const clientId = this.#clientId;
    this.#send(
      encodeRequest({ apiKey: metadataKey, apiVersion: this.#metadataVersion, correlationId: 1, clientId, body }),
    );
  }

  #send(payload: Uint8Array): void {
    const frame = new Uint8Array(4 + payload.length);
    frame.set(int32FieldBytes(payload.length));
    frame.set(payload, 4);
    this.#socket.write(frame);
  }

  #newDeadline(): NodeJS.Timeout {
    return setTimeout(() => {
      const what = this.#asked === 'metadata' ? 'Metadata' : 'ApiVersions';
      const message = `${this.#name} accepts connections but did not answer ${what} within ${this.#answerTimeoutMs} ms; clients are connected to it all the same.`;
      this.#finish({ kind: 'silent', upstream: this.#upstream, message });
    }, this.#answerTimeoutMs);
  }

  #foreign(firstBytes: Uint8Array, sizeBytes: number): void {
    const sentence = sentenceFor(classifyFirstBytes(firstBytes), sizeBytes);
    this.#finish({ kind: 'not-kafka', upstream: this.#upstream, message: `${this.#name}: ${sentence}` });
  }

  /** A SASL listener answers ApiVersions and closes on Metadata: that is Kafka, only its brokers are not told. */
  #hungUp(code = ''): void {
    if (this.#over) return;
    if (this.#asked === 'metadata') {
      this.#found(
        [],
        `${this.#name} is Kafka and closed the connection on Metadata, as a listener with SASL does; its brokers are learned from the first client.`,
      );
      return;
    }
    const message = `${this.#name} closed the connection without an answer${code === '' ? '' : ` (${code})`}: check that it is a plaintext Kafka listener.`;
    this.#finish({ kind: 'closed', upstream: this.#upstream, message });
  }

  #found(brokers: readonly BrokerAddress[], message: string): void {
    this.#finish({ kind: 'kafka', upstream: this.#upstream, brokers, message });
  }

  #finish(result: ProbeResult): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#socket.destroy();
    this.#resolve(result);
  }
}

/** The Metadata version both sides speak, from an ApiVersions v0 response. */
function metadataVersionOf(payload: Uint8Array): number {
  const message = decodeResponse(payload, apiVersionsKey, 0);
  const known = versionRange(metadataKey);
  if (message.kind !== 'decoded' || known === null) return metadataVersionFallback;
  for (const entry of structsField(message.body, 'apiKeys')) {
    if (intField(entry, 'apiKey', -1) !== metadataKey) continue;
    const newest = Math.min(intField(entry, 'maxVersion', -1), known.max, metadataVersionMax);
    const oldest = Math.max(intField(entry, 'minVersion', 0), known.min);
    return newest >= oldest ? newest : metadataVersionFallback;
  }
  return metadataVersionFallback;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
