import { type BrokerAddress, brokersNamed } from '../addons/rewrite-addresses.ts';
import { versionRange } from '../protocol/api-keys.ts';
import { decodeResponse } from '../protocol/decode.ts';
import { encodeRequest } from '../protocol/encode.ts';
import type { Struct } from '../protocol/message.ts';
import { int32FieldBytes } from '../protocol/splice.ts';
import { intField, structsField } from '../protocol/struct-fields.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import { systemErrorCode } from '../wire/system-error.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import type { OnreadSocket, SocketHandler } from './onread-socket.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

/** What a look at the upstream found. `message` is a sentence for the person who started the proxy. */
export type ProbeResult =
  | {
      readonly kind: 'kafka';
      readonly upstream: HostPort;
      /** Brokers, or controllers where the upstream is one. */
      readonly brokers: readonly BrokerAddress[];
      /** null: not told. */
      readonly clusterId: string | null;
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
const describeClusterKey = 60;

/** Spoken by every broker since 0.10 and by 4.x too: what is asked when the broker does not say what it speaks. */
const metadataVersionFallback = 1;

/** Newest version asked for: 13 and later bring nothing a list of brokers needs. */
const metadataVersionMax = 12;

/** First version of DescribeCluster that can be asked for controllers (KIP-919). */
const describeClusterVersion = 1;
const controllerEndpoint = 2;

/** The question that names the nodes: a controller knows no Metadata and is asked DescribeCluster. */
interface NodesQuestion {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly name: 'Metadata' | 'DescribeCluster';
}

const metadataFallback: NodesQuestion = { apiKey: metadataKey, apiVersion: metadataVersionFallback, name: 'Metadata' };

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
  /** null while ApiVersions is awaited. */
  #asked: NodesQuestion | null = null;
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
    if (this.#asked !== null) {
      const { apiKey, apiVersion } = this.#asked;
      const nodes = brokersNamed(payload, apiKey, apiVersion);
      const noun = apiKey === metadataKey ? 'broker' : 'controller';
      const message = `${this.#name} is Kafka and names ${count(nodes.length, noun)}.`;
      this.#found(nodes, clusterIdIn(payload, this.#asked), message);
      return;
    }
    const question = questionFor(payload);
    this.#asked = question;
    clearTimeout(this.#deadline);
    this.#deadline = this.#newDeadline();
    const { apiKey, apiVersion } = question;
    const body = apiKey === metadataKey ? { topics: [] } : { endpointType: controllerEndpoint };
    this.#send(encodeRequest({ apiKey, apiVersion, correlationId: 1, clientId: this.#clientId, body }));
  }

  #send(payload: Uint8Array): void {
    const frame = new Uint8Array(4 + payload.length);
    frame.set(int32FieldBytes(payload.length));
    frame.set(payload, 4);
    this.#socket.write(frame);
  }

  #newDeadline(): NodeJS.Timeout {
    return setTimeout(() => {
      const what = this.#asked?.name ?? 'ApiVersions';
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
    if (this.#asked !== null) {
      this.#found(
        [],
        null,
        `${this.#name} is Kafka and closed the connection on ${this.#asked.name}, as a listener with SASL does; its brokers are learned from the first client.`,
      );
      return;
    }
    const message = `${this.#name} closed the connection without an answer${code === '' ? '' : ` (${code})`}: it may be a TLS listener (then add --upstream-tls), or no Kafka at all.`;
    this.#finish({ kind: 'closed', upstream: this.#upstream, message });
  }

  #found(brokers: readonly BrokerAddress[], clusterId: string | null, message: string): void {
    this.#finish({ kind: 'kafka', upstream: this.#upstream, brokers, clusterId, message });
  }

  #finish(result: ProbeResult): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#socket.destroy();
    this.#resolve(result);
  }
}

/** What to ask for the nodes, and in which version both sides speak it, from an ApiVersions v0 response. */
function questionFor(payload: Uint8Array): NodesQuestion {
  const message = decodeResponse(payload, apiVersionsKey, 0);
  if (message.kind !== 'decoded') return metadataFallback;
  const entries = structsField(message.body, 'apiKeys');
  const metadata = versionSpoken(entries, metadataKey, 0, metadataVersionMax);
  if (metadata !== null) return { ...metadataFallback, apiVersion: metadata };
  const describe = versionSpoken(entries, describeClusterKey, describeClusterVersion, describeClusterVersion);
  if (describe === null) return metadataFallback;
  return { apiKey: describeClusterKey, apiVersion: describe, name: 'DescribeCluster' };
}

/** The newest version within these limits that we and the broker speak; null when there is none. */
function versionSpoken(entries: readonly Struct[], apiKey: number, min: number, max: number): number | null {
  const known = versionRange(apiKey);
  const entry = entries.find((each) => intField(each, 'apiKey', -1) === apiKey);
  if (known === null || entry === undefined) return null;
  const newest = Math.min(intField(entry, 'maxVersion', -1), known.max, max);
  const oldest = Math.max(intField(entry, 'minVersion', 0), known.min, min);
  return newest >= oldest ? newest : null;
}

function clusterIdIn(payload: Uint8Array, { apiKey, apiVersion }: NodesQuestion): string | null {
  const message = decodeResponse(payload, apiKey, apiVersion);
  const clusterId = message.kind === 'decoded' ? message.body.clusterId : null;
  return typeof clusterId === 'string' && clusterId !== '' ? clusterId : null;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
