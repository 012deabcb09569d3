/**
 * Stable codes of what can be wrong with a capture as a file. What is wrong with the traffic inside is never one of
 * these: it is a gap, a skipped packet or a connection that is not Kafka.
 */
export type CaptureErrorCode =
  /** The path does not exist. */
  | 'KS_CAPTURE_NOT_FOUND'
  /** The path is a directory. */
  | 'KS_CAPTURE_DIRECTORY'
  /** The operating system refuses to open the file. */
  | 'KS_CAPTURE_PERMISSION'
  /** No byte at all. */
  | 'KS_CAPTURE_EMPTY'
  /** The first bytes are neither pcap nor pcapng (nor gzip or zstd around one). */
  | 'KS_CAPTURE_UNKNOWN_FORMAT'
  /** A pcap dialect that this reader does not know. */
  | 'KS_CAPTURE_UNSUPPORTED'
  /** The file ends inside a record. */
  | 'KS_CAPTURE_TRUNCATED'
  /** A record or block contradicts itself; what follows can not be found any more. */
  | 'KS_CAPTURE_DAMAGED'
  /** The compressed stream around the capture is damaged. */
  | 'KS_CAPTURE_COMPRESSION'
  /** Reading failed below us (disk, pipe). */
  | 'KS_CAPTURE_READ';

/** A capture can not be read (further). The message is one sentence for people: what, where, what next. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;
  /** Offset in the (decompressed) file where it went wrong; null when that means nothing. */
  readonly offset: number | null;

  constructor(
    code: CaptureErrorCode,
    message: string,
    options?: { readonly offset?: number; readonly cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CaptureError';
    this.code = code;
    this.offset = options?.offset ?? null;
  }
}
