import type { Side } from './segment.ts';

/** Most bytes a frame may announce before its direction is no longer read as Kafka (`socket.request.max.bytes`). */
export const frameBytesMax = 104_857_600;

/** One size-delimited message. `bytes` is the payload without the 4-byte prefix and may be a view: copy to keep. */
export interface Frame {
  readonly from: Side;
  readonly bytes: Uint8Array;
  /** The size announced by the prefix; larger than `bytes.length` only when `missingBytes` > 0. */
  readonly sizeBytes: number;
  /** Offset of the size prefix in its direction's stream. */
  readonly streamOffset: number;
  readonly firstByteUs: number;
  readonly lastByteUs: number;
  /** When the source had handed the last byte on; null where nobody did or nobody can tell. */
  readonly forwardedUs: number | null;
  /** Bytes of the frame that the source lost (snaplen, gap); `bytes` then ends where the loss begins. */
  readonly missingBytes: number;
}
