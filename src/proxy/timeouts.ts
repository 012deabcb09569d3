/** Why the proxy gives a connection up for its silence. */
export type TimeoutCause = 'first-byte-timeout' | 'stalled-frame-timeout' | 'idle-timeout';

/** How long a connection may be silent, in milliseconds; 0: for ever. */
export interface TimeoutOptions {
  /** From the accept to the client's first byte. */
  readonly handshakeTimeoutMs: number;
  /** Between two reads of one unfinished frame. */
  readonly stallTimeoutMs: number;
  /** Without a byte in either direction while no response is due. */
  readonly idleTimeoutMs: number;
}

/** What a look at one connection finds. Times are epoch microseconds. */
export interface ConnectionSilence {
  readonly openedAtUs: number;
  /** Last byte of the client; null before its first. */
  readonly clientAtUs: number | null;
  /** Last byte of the broker, or the connection's beginning. */
  readonly brokerAtUs: number;
  /** A frame of the client has begun and is not whole, and it is the client we wait for. */
  readonly clientInFrame: boolean;
  readonly brokerInFrame: boolean;
  readonly responsesDue: number;
}

const usPerMs = 1000;

/** Shortest and longest pause between two looks at all connections. */
const lookEveryMsMin = 10;
const lookEveryMsMax = 1000;

/**
 * Says whether a connection was silent for too long, and how. A broker that takes its time to answer is no silence:
 * a Fetch may wait for minutes, a JoinGroup for as long as its group takes.
 */
export function timeoutOf(silence: ConnectionSilence, options: TimeoutOptions, nowUs: number): TimeoutCause | null {
  const { openedAtUs, clientAtUs, brokerAtUs } = silence;
  if (clientAtUs === null) {
    return isOver(nowUs - openedAtUs, options.handshakeTimeoutMs) ? 'first-byte-timeout' : null;
  }
  const stalled =
    (silence.clientInFrame && isOver(nowUs - clientAtUs, options.stallTimeoutMs)) ||
    (silence.brokerInFrame && isOver(nowUs - brokerAtUs, options.stallTimeoutMs));
  if (stalled) return 'stalled-frame-timeout';
  if (silence.responsesDue > 0 || silence.clientInFrame || silence.brokerInFrame) return null;
  return isOver(nowUs - Math.max(clientAtUs, brokerAtUs), options.idleTimeoutMs) ? 'idle-timeout' : null;
}

function isOver(silentUs: number, limitMs: number): boolean {
  return limitMs > 0 && silentUs >= limitMs * usPerMs;
}

/** How often connections are looked at, so that a timeout is late by a quarter at most; null when none is set. */
export function lookEveryMs(options: TimeoutOptions): number | null {
  const set = [options.handshakeTimeoutMs, options.stallTimeoutMs, options.idleTimeoutMs].filter((limit) => limit > 0);
  if (set.length === 0) return null;
  return Math.max(lookEveryMsMin, Math.min(lookEveryMsMax, Math.min(...set) / 4));
}

/** A timeout as one sentence: what was waited for, how long, and the flag that changes it. */
export function timeoutSentence(cause: TimeoutCause, options: TimeoutOptions): string {
  switch (cause) {
    case 'first-byte-timeout':
      return `The client connected and sent nothing for ${options.handshakeTimeoutMs} ms: a port check, or a client that waits for TLS; --handshake-timeout changes the limit.`;
    case 'stalled-frame-timeout':
      return `A frame was begun and not continued for ${options.stallTimeoutMs} ms: its sender hangs or the network lost it; --stall-timeout changes the limit.`;
    case 'idle-timeout':
      return `Nothing was sent for ${options.idleTimeoutMs} ms and no response was due; --idle-timeout changes the limit.`;
    default:
      return cause satisfies never;
  }
}
