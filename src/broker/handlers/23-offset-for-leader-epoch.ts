// OffsetForLeaderEpoch, v0-4. v1 answers the epoch too; v2 checks the client's epoch (KIP-320).
import type { Struct } from '../../protocol/message.ts';
import { intField, structsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { ledPartition, namedTopic } from '../topic-lookup.ts';

export const offsetForLeaderEpoch: ApiHandler = { apiKey: 23, minVersion: 0, maxVersion: 4, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const topics = structsField(request, 'topics').map((item) => {
    const named = namedTopic(context.cluster, item, 'topic', false);
    const partitions = structsField(item, 'partitions').map((wanted) => {
      const partition = intField(wanted, 'partition', 0);
      const led = ledPartition(named, partition, context.nodeId, intField(wanted, 'currentLeaderEpoch', -1));
      const found =
        led.errorCode === ErrorCode.none ? led.partition?.log.endOfEpoch(intField(wanted, 'leaderEpoch', -1)) : null;
      return {
        errorCode: led.errorCode,
        partition,
        leaderEpoch: found?.epoch ?? -1,
        endOffset: found?.endOffset ?? -1n,
      };
    });
    return { topic: named.name, partitions };
  });
  return { throttleTimeMs: 0, topics };
}
