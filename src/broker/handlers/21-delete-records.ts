// DeleteRecords, v0-2: moves a partition's start; offset −1 means up to the high watermark.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, structsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { ledPartition, namedTopic } from '../topic-lookup.ts';

export const deleteRecords: ApiHandler = { apiKey: 21, minVersion: 0, maxVersion: 2, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const topics = structsField(request, 'topics').map((item) => {
    const named = namedTopic(context.cluster, item, 'name', false);
    const partitions = structsField(item, 'partitions').map((wanted) => {
      const partitionIndex = intField(wanted, 'partitionIndex', 0);
      const led = ledPartition(named, partitionIndex, context.nodeId, -1);
      if (led.errorCode !== ErrorCode.none || led.partition === null) {
        return { partitionIndex, lowWatermark: -1n, errorCode: led.errorCode };
      }
      const { log } = led.partition;
      const asked = longField(wanted, 'offset', -1n);
      const offset = asked === -1n ? log.endOffset : asked;
      if (offset < 0n || offset > log.endOffset) {
        return { partitionIndex, lowWatermark: -1n, errorCode: ErrorCode.offsetOutOfRange };
      }
      log.deleteBefore(offset);
      return { partitionIndex, lowWatermark: log.startOffset, errorCode: ErrorCode.none };
    });
    return { name: named.name, partitions };
  });
  return { throttleTimeMs: 0, topics };
}
