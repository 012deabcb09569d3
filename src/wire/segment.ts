/**
 * What a source (a live proxy or a capture) tells the engine. Everything that crosses this border is plain data
 * with a `kind`; time comes in as `atUs`, the epoch in microseconds, because nothing below the edge owns a clock.
 */

/** Which end of the connection sent the bytes. */
export type Side = 'client' | 'broker';

/** Number of a TCP connection within one run, from 1, never used twice. */
export type ConnectionId = number;

export interface TlsFacts {
  readonly version: string;
  readonly cipher: string;
  readonly sni: string | null;
}

/** A connection begins. `client` and `broker` are `ip:port`, IPv6 in brackets; `nodeId` is null while unknown. */
export interface ConnectionOpened {
  readonly kind: 'opened';
  readonly connection: ConnectionId;
  readonly atUs: number;
  readonly client: string;
  readonly broker: string;
  readonly nodeId: number | null;
  readonly tls: TlsFacts | null;
  /** True when the source did not see the first byte (a capture that began later). */
  readonly midstream: boolean;
}

/** Bytes in stream order. They belong to the source again when `receive` returns: the engine copies what it keeps. */
export interface Segment {
  readonly kind: 'segment';
  readonly connection: ConnectionId;
  readonly from: Side;
  readonly atUs: number;
  readonly bytes: Uint8Array;
  /** When a live source had handed these bytes on; null or absent where nobody did (captures) or nobody can tell. */
  readonly forwardedUs?: number | null;
}

/**
 * Whole frames of one direction that the source forwarded without showing them, since looking would have cost the
 * traffic too much. Requests and their responses are left out together, so what is shown still pairs.
 */
export interface Skipped {
  readonly kind: 'skipped';
  readonly connection: ConnectionId;
  readonly from: Side;
  /** When the last byte of the last of them was read. */
  readonly atUs: number;
  readonly frames: number;
  /** Size prefixes included. */
  readonly bytes: number;
}

/** Bytes known to be lost in one direction. `missingBytes` is null when nobody can tell how many. */
export interface Gap {
  readonly kind: 'gap';
  readonly connection: ConnectionId;
  readonly from: Side;
  readonly atUs: number;
  readonly missingBytes: number | null;
}

/** One side will send nothing more (FIN). The other may still answer. */
export interface SideEnded {
  readonly kind: 'ended';
  readonly connection: ConnectionId;
  readonly from: Side;
  readonly atUs: number;
}

/** Both directions are over; `reason` is a short stable word such as `fin`, `reset`, `capture-ended`, `idle-timeout`. */
export interface ConnectionClosed {
  readonly kind: 'closed';
  readonly connection: ConnectionId;
  readonly atUs: number;
  readonly reason: string;
}

/** The source did something to the response that answers this request; it comes before that response's last byte. */
export interface ResponseTagged {
  readonly kind: 'tagged';
  readonly connection: ConnectionId;
  readonly atUs: number;
  readonly correlationId: number;
  /** One of CONTRACT's `tags`, such as `capped`. */
  readonly tag: string;
}

export type EngineInput = ConnectionOpened | Segment | Skipped | Gap | SideEnded | ConnectionClosed | ResponseTagged;
