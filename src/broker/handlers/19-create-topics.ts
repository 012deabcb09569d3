// CreateTopics, v0-7. v1 validateOnly and messages; v4 default counts (−1, KIP-464); v5 the created shape; v7 topic id.
import type { Struct } from '../../protocol/message.ts';
import {
  booleanField,
  intField,
  intsField,
  nullableTextField,
  structsField,
  textField,
} from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { zeroUuid } from '../identity.ts';
import { partitionsPerTopicMax } from '../limits.ts';
import { defaultConfigs } from '../topic-configs.ts';
import { isTopicName, type Topic } from '../topic-registry.ts';

export const createTopics: ApiHandler = { apiKey: 19, minVersion: 0, maxVersion: 7, handle };

interface Wish {
  readonly name: string;
  readonly partitionCount: number;
  readonly replicationFactor: number;
  readonly fault: { readonly errorCode: number; readonly message: string } | null;
}

function handle(request: Struct, context: RequestContext): Struct {
  const validateOnly = booleanField(request, 'validateOnly', false);
  const items = structsField(request, 'topics');
  const names = items.map((item) => textField(item, 'name'));
  const topics = items.map((item) => {
    const wish = readWish(item, names, context);
    if (wish.fault !== null) return refused(wish, wish.fault);
    const topic = validateOnly
      ? null
      : context.cluster.topics.create(wish.name, wish.partitionCount, wish.replicationFactor);
    for (const config of structsField(item, 'configs')) {
      topic?.configs.set(textField(config, 'name'), nullableTextField(config, 'value') ?? '');
    }
    return created(wish, topic);
  });
  return { throttleTimeMs: 0, topics };
}

function readWish(item: Struct, names: readonly string[], context: RequestContext): Wish {
  const { cluster } = context;
  const name = textField(item, 'name');
  const assignments = structsField(item, 'assignments');
  const asked = intField(item, 'numPartitions', -1);
  const factor = intField(item, 'replicationFactor', -1);
  const brokers = cluster.nodeIds.length;
  const partitionCount =
    assignments.length > 0 ? assignments.length : asked === -1 ? cluster.settings.partitionsDefault : asked;
  const firstReplicas = intsField(assignments[0] ?? {}, 'brokerIds').length;
  const replicationFactor = assignments.length > 0 ? firstReplicas : factor === -1 ? Math.min(3, brokers) : factor;
  const fault = (errorCode: number, message: string): Wish => ({
    name,
    partitionCount,
    replicationFactor,
    fault: { errorCode, message },
  });
  if (!isTopicName(name)) return fault(ErrorCode.invalidTopicException, 'The name is not one Kafka allows.');
  if (names.indexOf(name) !== names.lastIndexOf(name)) {
    return fault(ErrorCode.invalidRequest, 'The topic is named twice in the request.');
  }
  if (cluster.topics.byName(name) !== null) {
    return fault(ErrorCode.topicAlreadyExists, `Topic '${name}' already exists.`);
  }
  if (partitionCount < 1 || partitionCount > partitionsPerTopicMax) {
    return fault(ErrorCode.invalidPartitions, `The number of partitions must be 1 to ${partitionsPerTopicMax}.`);
  }
  if (replicationFactor < 1 || replicationFactor > brokers) {
    return fault(ErrorCode.invalidReplicationFactor, `The replication factor must be 1 to ${brokers}.`);
  }
  if (cluster.topics.full) {
    cluster.counters.limit('topicsMax');
    return fault(ErrorCode.policyViolation, 'The cluster has its largest number of topics.');
  }
  return { name, partitionCount, replicationFactor, fault: null };
}

function refused(wish: Wish, fault: { readonly errorCode: number; readonly message: string }): Struct {
  return {
    name: wish.name,
    topicId: zeroUuid,
    errorCode: fault.errorCode,
    errorMessage: fault.message,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}

function created(wish: Wish, topic: Topic | null): Struct {
  return {
    name: wish.name,
    topicId: topic?.id ?? zeroUuid,
    errorCode: ErrorCode.none,
    errorMessage: null,
    numPartitions: wish.partitionCount,
    replicationFactor: wish.replicationFactor,
    configs: [...defaultConfigs].map(([name, value]) => {
      const own = topic?.configs.get(name);
      const configSource = own === undefined ? 5 : 1;
      return { name, value: own ?? value, readOnly: false, configSource, isSensitive: false };
    }),
  };
}
