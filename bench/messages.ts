import { createHash } from 'node:crypto';
import { encodeRequest, encodeResponse } from '../src/protocol/encode.ts';
import type { MessageType } from '../src/protocol/message.ts';
import { encodeRecordBatch } from '../src/records/encode-records.ts';
import type { Codec } from '../src/records/record-batch.ts';

/** One canned message for decoders: a payload without its size prefix. */
export interface CannedMessage {
  readonly name: string;
  readonly type: MessageType;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly payload: Uint8Array;
  readonly carriesRecords: boolean;
}

const correlationId = 7;
const clientId = 'bench';
const topicId = 'b3JkZXJzLXRvcGljLWlkIQ';

/** One batch of values that look like what people send; the same for every run. */
export function recordBatch(count: number, valueBytes: number, codec: Codec = 'none'): Uint8Array {
  const words = '{"order":17,"customer":"c-4711","amount":12.5,"currency":"EUR","note":"none"} ';
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: 1_790_000_000_000n + BigInt(index),
    key: Buffer.from(`order-${String(index).padStart(10, '0')}`),
    value: Buffer.from(
      words.repeat(Math.ceil(valueBytes / words.length) + 1).slice(index % 7, (index % 7) + valueBytes),
    ),
    headers: [['trace', Buffer.from('4bf92f35')]] as [string, Uint8Array][],
  }));
  return encodeRecordBatch({ baseOffset: 0n, codec, records });
}

/** A Produce v9 request of `count` records. */
export function produceRequest(count: number, valueBytes: number): Uint8Array {
  const partitionData = [{ index: 0, records: recordBatch(count, valueBytes) }];
  const body = { acks: 1, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData }] };
  return encodeRequest({ apiKey: 0, apiVersion: 9, correlationId, clientId, body });
}

/** Its answer. */
export function produceResponse(): Uint8Array {
  const partitionResponses = [{ index: 0, errorCode: 0, baseOffset: 41n }];
  const body = { responses: [{ name: 'orders', partitionResponses }] };
  return encodeResponse({ apiKey: 0, apiVersion: 9, correlationId, body });
}

/** A Fetch v17 request of one partition. */
export function fetchRequest(): Uint8Array {
  const partitions = [{ partition: 0, fetchOffset: 42n, partitionMaxBytes: 1_048_576 }];
  const body = { maxWaitMs: 500, minBytes: 1, topics: [{ topicId, partitions }] };
  return encodeRequest({ apiKey: 1, apiVersion: 17, correlationId, clientId, body });
}

/** Its answer with `count` records. */
export function fetchResponse(count: number, valueBytes: number): Uint8Array {
  const partitions = [{ partitionIndex: 0, highWatermark: 142n, records: recordBatch(count, valueBytes) }];
  return encodeResponse({ apiKey: 1, apiVersion: 17, correlationId, body: { responses: [{ topicId, partitions }] } });
}

/** A Metadata v12 answer of `topicCount` topics, three partitions each. */
export function metadataResponse(topicCount: number): Uint8Array {
  const replicaNodes = [1, 2, 3];
  const topics = Array.from({ length: topicCount }, (_, index) => ({
    name: `topic-with-a-usual-name-${index}`,
    // Every topic has an id of its own, as in life: a decoder that remembers ids gains nothing by accident.
    topicId: createHash('md5').update(`topic ${index}`).digest('base64url'),
    partitions: [0, 1, 2].map((partitionIndex) => ({
      partitionIndex,
      leaderId: 1 + ((partitionIndex + index) % 3),
      leaderEpoch: 5,
      replicaNodes,
      isrNodes: replicaNodes,
      offlineReplicas: [],
    })),
  }));
  const brokers = replicaNodes.map((nodeId) => ({ nodeId, host: `broker-${nodeId}.example.net`, port: 9092 }));
  const body = { brokers, clusterId: 'bench-cluster', controllerId: 1, topics };
  return encodeResponse({ apiKey: 3, apiVersion: 12, correlationId, body });
}

/** A Heartbeat v4 request: as small as requests with a use get. */
export function heartbeatRequest(): Uint8Array {
  const body = { groupId: 'checkout', generationId: 12, memberId: 'consumer-1-6f1c1f2e-8a55-4f6b-9d36-0f6f0a3f9a11' };
  return encodeRequest({ apiKey: 12, apiVersion: 4, correlationId, clientId, body });
}

/** Its answer. */
export function heartbeatResponse(): Uint8Array {
  return encodeResponse({ apiKey: 12, apiVersion: 4, correlationId, body: {} });
}

/** A Metadata v12 request for every topic. */
export function metadataRequest(): Uint8Array {
  return encodeRequest({ apiKey: 3, apiVersion: 12, correlationId, clientId, body: { topics: null } });
}

/** A Produce response, a Fetch request and the like are what most frames of a busy cluster are. */
function small(
  name: string,
  type: MessageType,
  apiKey: number,
  apiVersion: number,
  payload: Uint8Array,
): CannedMessage {
  return { name, type, apiKey, apiVersion, payload, carriesRecords: false };
}

/** What decoders are measured on. */
export function cannedMessages(): CannedMessage[] {
  const records = (name: string, apiKey: number, apiVersion: number, payload: Uint8Array): CannedMessage => ({
    name,
    type: apiKey === 0 ? 'request' : 'response',
    apiKey,
    apiVersion,
    payload,
    carriesRecords: true,
  });
  return [
    small('Metadata v12 response, 100 topics x 3 partitions', 'response', 3, 12, metadataResponse(100)),
    records('Produce v9 request, 100 x 1 KiB', 0, 9, produceRequest(100, 1024)),
    records('Fetch v17 response, 100 x 1 KiB', 1, 17, fetchResponse(100, 1024)),
    records('Produce v9 request, 1 x 107 B', 0, 9, produceRequest(1, 107)),
    small('Produce v9 response', 'response', 0, 9, produceResponse()),
    small('Fetch v17 request, 1 partition', 'request', 1, 17, fetchRequest()),
    small('Heartbeat v4 request', 'request', 12, 4, heartbeatRequest()),
  ];
}
