import { batchBytesMax, logBytesPerPartitionMax } from './limits.ts';

/** The topic settings this broker shows, with the values it really has. */
export const defaultConfigs: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'delete'],
  ['compression.type', 'producer'],
  ['max.message.bytes', String(batchBytesMax)],
  ['message.timestamp.type', 'CreateTime'],
  ['min.insync.replicas', '1'],
  ['retention.bytes', String(logBytesPerPartitionMax)],
  ['retention.ms', '604800000'],
]);

/** The broker settings DescribeConfigs shows. */
export function brokerConfigs(settings: {
  readonly autoCreateTopics: boolean;
  readonly partitionsDefault: number;
  readonly nodeId: number;
}): ReadonlyMap<string, string> {
  return new Map([
    ['auto.create.topics.enable', String(settings.autoCreateTopics)],
    ['broker.id', String(settings.nodeId)],
    ['message.max.bytes', String(batchBytesMax)],
    ['num.partitions', String(settings.partitionsDefault)],
  ]);
}
