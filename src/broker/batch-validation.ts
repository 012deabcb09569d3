import { crc32c } from '../wire/crc32c.ts';
import type { BatchHeader } from './batch-header.ts';
import { ErrorCode } from './error-code.ts';
import { batchBytesMax } from './limits.ts';

const codecZstd = 4;
const crcOffset = 17;
const crcCoversFrom = 21;

/** Why a producer's records are refused, in the order a real broker checks (`ProduceRequest.validateRecords`, log). */
export function batchFault(
  records: Uint8Array,
  header: BatchHeader | null,
  apiVersion: number,
): { readonly errorCode: number; readonly message: string } | null {
  if (header === null) return { errorCode: ErrorCode.corruptMessage, message: 'No whole record batch of magic 2.' };
  if (header.sizeBytes !== records.length) {
    return { errorCode: ErrorCode.invalidRecord, message: 'Exactly one batch per partition is allowed.' };
  }
  if (header.codec === codecZstd && apiVersion < 7) {
    return { errorCode: ErrorCode.unsupportedCompressionType, message: 'zstd needs Produce v7 or newer.' };
  }
  if (records.length > batchBytesMax) {
    return { errorCode: ErrorCode.messageTooLarge, message: `The batch is larger than ${batchBytesMax} bytes.` };
  }
  if (header.control || header.recordCount === 0 || header.lastOffsetDelta !== header.recordCount - 1) {
    return { errorCode: ErrorCode.invalidRecord, message: 'The batch header is not one a producer may send.' };
  }
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  if (view.getUint32(crcOffset) !== crc32c(records, crcCoversFrom)) {
    return { errorCode: ErrorCode.corruptMessage, message: 'The checksum does not match.' };
  }
  return null;
}
