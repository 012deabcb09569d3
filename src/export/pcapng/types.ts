import type { Side } from '../../wire/segment.ts';

/** A connection begins: what its synthetic handshake says. */
export interface RecordedOpening {
  readonly kind: 'opened';
  readonly connection: number;
  readonly atUs: number;
  /** `ip:port` of both ends, IPv6 in brackets. */
  readonly client: string;
  readonly broker: string;
  /** The broker's node id; null or absent where it is not known. */
  readonly nodeId?: number | null;
  /** What is known of the connection beside that, in words; null when nothing is. */
  readonly comment: string | null;
}

/** One frame of a connection that was opened before. */
export interface RecordedMessage {
  readonly kind: 'message';
  readonly connection: number;
  readonly from: Side;
  readonly atUs: number;
  readonly lastByteUs: number;
  /** Size without the 4-byte prefix; more than `bytes` where the frame was cut. */
  readonly sizeBytes: number;
  /** null for raw SASL tokens and responses whose request nobody saw. */
  readonly apiKey: number | null;
  readonly apiVersion: number | null;
  /** The frame could not be decoded, so nobody knows what stands where in it. */
  readonly opaque: boolean;
  /** Raw SASL tokens have no header; a response's is shorter than a request's. */
  readonly rawToken: boolean;
  readonly comment: string | null;
  /** The payload: the recording's own to change. */
  readonly bytes: Uint8Array;
}

/** A connection ends: with FINs, or with the reset of one side. */
export interface RecordedClosing {
  readonly kind: 'closed';
  readonly connection: number;
  readonly atUs: number;
  readonly reset: Side | null;
  readonly comment: string | null;
}

/** What a recording is made of, in the order it is written. */
export type RecordingEntry = RecordedOpening | RecordedMessage | RecordedClosing;

/** What a file says about itself. */
export interface RecordingOptions {
  /** Keys, values and header values of records: as they were, or overwritten. */
  readonly payload: 'show' | 'hide';
  /** Secrets were kept in the clear (`--unsafe-show-secrets`). */
  readonly unsafeShowSecrets: boolean;
  /** `kafka-scope 0.1.0`. */
  readonly application: string;
  readonly hardware: string;
  readonly os: string;
}
