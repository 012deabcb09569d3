import { uncompress } from '../records/codecs/codec.ts';
import { codecNames } from '../records/record-batch.ts';
import { pluralBytes } from '../records/record-contents.ts';
import { RecordBudget, RecordsFailure, recordLimits } from '../records/record-limits.ts';
import type { SpanWriter } from '../records/span-writer.ts';
import { metricsData } from './otlp-metrics.ts';
import type { PayloadReader } from './payload-reader.ts';
import { writeProtobuf } from './protobuf-spans.ts';

/** Most bytes a compressed push may expand to; brokers accept 1 MiB by default (`telemetry.max.bytes`). */
export const telemetryBytesMax = 4 * 1024 * 1024;

function uncompressed(bytes: Uint8Array, codecNumber: number): Uint8Array | string {
  const codec = codecNames[codecNumber];
  if (codec === undefined) return `codec ${codecNumber} is not defined`;
  try {
    // Clients compress with the codecs of record batches: Java's snappy has xerial's frame (PROTOCOL 6.7).
    return uncompress(
      codec,
      bytes,
      2,
      new RecordBudget({ ...recordLimits, uncompressedBatchBytesMax: telemetryBytesMax }),
    );
  } catch (error) {
    if (!(error instanceof RecordsFailure)) throw error;
    return `${codec}: ${error.message}`;
  }
}

function readView(writer: SpanWriter, plain: Uint8Array): boolean {
  const { reader } = writer;
  const used = writer.inView(`${writer.path} uncompressed`, plain, (keptBytes) => {
    if (keptBytes === plain.length) writeProtobuf(writer, metricsData);
    else writer.reader.fail('truncated', 0, `${pluralBytes(plain.length)} are too many to show`);
  });
  if (used?.failed === true) {
    reader.fail('malformed', reader.position, `uncompressed byte ${used.failureOffset}: ${used.failureDetail}`);
  }
  return used !== null;
}

/** The metrics a client pushes: OTLP's MetricsData, often compressed (KIP-714). */
export const telemetryMetrics: PayloadReader = {
  name: 'OTLP metrics',
  matches: (place) => place.owner === 'PushTelemetryRequest' && place.field === 'metrics',
  read(writer, place) {
    const { reader } = writer;
    const codecNumber = place.lookup('compressionType');
    if (codecNumber === 0 || typeof codecNumber !== 'number') {
      writeProtobuf(writer, metricsData);
      return null;
    }
    const start = reader.position;
    const bytes = reader.bytes.subarray(start, reader.end);
    const plain = uncompressed(bytes, codecNumber);
    if (typeof plain === 'string') {
      reader.fail('malformed', start, plain);
      return null;
    }
    const shown = readView(writer, plain);
    if (!reader.failed) reader.take(reader.remaining);
    const sizes = `${codecNames[codecNumber] ?? codecNumber}, ${pluralBytes(plain.length)} uncompressed`;
    return shown ? sizes : `${sizes}, not shown: the message has too many`;
  },
};
