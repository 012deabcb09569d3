import { frameBytesMax } from './frame.ts';

/** What the first bytes of a direction look like; `oversize` and `negative` are sizes no known protocol explains. */
export type FirstBytesKind =
  | 'kafka-plausible'
  | 'tls-handshake'
  | 'tls-alert'
  | 'http-request'
  | 'http2-preface'
  | 'http-response'
  | 'ssh'
  | 'proxy-v1'
  | 'proxy-v2'
  | 'oversize'
  | 'negative'
  | 'unknown';

const ascii = (text: string): number =>
  ((text.charCodeAt(0) << 24) | (text.charCodeAt(1) << 16) | (text.charCodeAt(2) << 8) | text.charCodeAt(3)) >>> 0;

/** The first four bytes of protocols that are met on Kafka ports by mistake, as the number they make. */
const kindOfPrefix: ReadonlyMap<number, FirstBytesKind> = new Map<number, FirstBytesKind>([
  [ascii('GET '), 'http-request'],
  [ascii('POST'), 'http-request'],
  [ascii('PUT '), 'http-request'],
  [ascii('HEAD'), 'http-request'],
  [ascii('DELE'), 'http-request'],
  [ascii('OPTI'), 'http-request'],
  [ascii('PATC'), 'http-request'],
  [ascii('TRAC'), 'http-request'],
  [ascii('CONN'), 'http-request'],
  [ascii('PRI '), 'http2-preface'],
  [ascii('HTTP'), 'http-response'],
  [ascii('SSH-'), 'ssh'],
  [ascii('PROX'), 'proxy-v1'],
  // The 12-byte signature of PROXY protocol v2 begins 0D 0A 0D 0A.
  [0x0d0a0d0a, 'proxy-v2'],
]);

const tlsAlert = 0x15;
const tlsHandshake = 0x16;
const tlsMajorVersion = 3;
const tlsMinorVersionMax = 4;

/**
 * Names what begins with `bytes` (up to 16 of them are of use). Fewer than four bytes are `unknown`. Every foreign
 * prefix is larger than `frameBytesMax` as a size, so that no frame of a Kafka peer is ever taken for one of them.
 */
export function classifyFirstBytes(bytes: Uint8Array): FirstBytesKind {
  if (bytes.length < 4) return 'unknown';
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  const prefix = ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
  const known = kindOfPrefix.get(prefix);
  if (known !== undefined) return known;
  if (second === tlsMajorVersion && third <= tlsMinorVersionMax) {
    if (first === tlsHandshake) return 'tls-handshake';
    if (first === tlsAlert) return 'tls-alert';
  }
  if (first >= 0x80) return 'negative';
  return prefix > frameBytesMax ? 'oversize' : 'kafka-plausible';
}

/**
 * One sentence for a person: what the bytes are and what to do about it. `sizeBytes` is the number the bytes make
 * when they are read as Kafka's size prefix.
 */
export function sentenceFor(kind: FirstBytesKind, sizeBytes: number): string {
  switch (kind) {
    case 'kafka-plausible':
      return `This looks like Kafka: a frame of ${sizeBytes} bytes; nothing needs to be changed.`;
    case 'tls-handshake':
      return 'This is a TLS handshake on a port that expects plaintext Kafka: the client speaks TLS, so set its security.protocol to PLAINTEXT (or SASL_PLAINTEXT), or let kafka-scope terminate TLS on this listener.';
    case 'tls-alert':
      return 'This is a TLS alert, the answer of a TLS port to plaintext: the broker expects TLS here, so connect to it with TLS or use its plaintext port.';
    case 'http-request':
      return 'This is an HTTP request: an HTTP client, health check or browser uses a Kafka port, so point it at the right port.';
    case 'http2-preface':
      return 'This is the HTTP/2 connection preface: a gRPC or HTTP/2 client uses a Kafka port, so point it at the right port.';
    case 'http-response':
      return 'This is an HTTP response: the upstream is a web server or an HTTP proxy, not a Kafka broker, so check its host and port.';
    case 'ssh':
      return 'This is an SSH banner: the port belongs to an SSH server or client, so check host and port.';
    case 'proxy-v1':
      return 'This is a PROXY protocol v1 header: a load balancer sends client addresses ahead of Kafka, so switch that off there, or start kafka-scope with --proxy-protocol in.';
    case 'proxy-v2':
      return 'This is a PROXY protocol v2 header: a load balancer sends client addresses ahead of Kafka, so switch that off there, or start kafka-scope with --proxy-protocol in.';
    case 'oversize':
      return `As a Kafka size prefix the first bytes make ${sizeBytes} bytes, more than the ${frameBytesMax} a broker accepts: this is another protocol, or a capture that begins inside a frame; check the port.`;
    case 'negative':
      return `As a Kafka size prefix the first bytes make ${sizeBytes}, which is negative: this is another protocol, or a capture that begins inside a frame; check the port.`;
    case 'unknown':
      return 'Fewer than four bytes came, too few to tell what this is: look at which side closed the connection, and why.';
    default:
      return kind satisfies never;
  }
}
