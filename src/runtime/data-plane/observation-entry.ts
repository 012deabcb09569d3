/** The first word of an entry in a ring of observations; everything is little-endian. */
export const entryKind = {
  /** Connection, atUs and forwardedUs (NaN: nobody can tell) as float64, then the bytes. */
  clientBytes: 1,
  brokerBytes: 2,
  /** Connection, atUs, frames and bytes as float64. */
  clientSkipped: 3,
  brokerSkipped: 4,
  /** JSON of any other `EngineInput`. */
  input: 5,
  /** JSON of a `TrafficEvent`. */
  event: 6,
} as const;

/** Bytes ahead of a segment's own. */
export const segmentHeadBytes = 28;

export const skippedBytes = 36;

/** Longer segments are written in pieces: an entry may take half of a ring at most. */
export const segmentPieceBytes = 256 * 1024;
