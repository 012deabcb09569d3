import type { SavedHistogram } from './histogram.ts';

/** Bytes of one connection, or of all: what came in and what went on, each side. Size in bytes. */
export interface PathBytes {
  readonly fromClient: number;
  readonly toBroker: number;
  readonly fromBroker: number;
  readonly toClient: number;
}

/** A version cap the proxy caused, since it could not follow a newer one. */
export interface VersionCap {
  readonly apiKey: number;
  readonly offeredMax: number;
  readonly cappedMax: number;
  /** ApiVersions responses it was done in. */
  readonly count: number;
}

/**
 * What the data path says of itself, so that a person can tell whether the proxy is innocent: nothing changed but what
 * is listed, nothing added but this much time, nothing overlooked but this much.
 */
export interface PathFacts {
  readonly bytes: PathBytes;
  /** Changes the proxy declares, by kind: `addresses-rewritten`, `addresses-hidden`, `versions-capped`, … */
  readonly rewrites: Readonly<Record<string, number>>;
  /** By how many bytes the rewrites made responses longer or shorter: toClient − fromBroker, when all is flushed. */
  readonly rewriteDeltaBytes: number;
  readonly versionCaps: readonly VersionCap[];
  /** Connections that ended, and those whose bytes did not add up (out ≠ in + rewrites) although both ends closed in order. */
  readonly audited: number;
  readonly unbalanced: number;
  /** Time between reading a whole message and handing it to the kernel, µs, both directions. */
  readonly addedUs: SavedHistogram;
  /** Frames and bytes that were forwarded without being looked at, since the inspector was behind. */
  readonly skippedFrames: number;
  readonly skippedBytes: number;
  /** Frames that were looked at. */
  readonly inspectedFrames: number;
  /** Connections refused or given up, by cause: `max-connections`, `accept-failed`, `idle-timeout`, … */
  readonly refused: Readonly<Record<string, number>>;
  /** Connections open now, by state: `handshake`, `connecting`, `open`, `draining`. */
  readonly connections: Readonly<Record<string, number>>;
  /** True once SIGTERM was received. */
  readonly draining: boolean;
  /** True while an upstream answered last time it was asked. */
  readonly upstreamReached: boolean;
}
