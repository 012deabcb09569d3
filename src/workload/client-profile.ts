/** How a client introduces itself and which versions it knows, so that the wire looks like many programs. */
export interface ClientProfile {
  readonly clientId: string;
  /** What ApiVersions v3+ says; null: the client never sends ApiVersions and uses its versions blindly. */
  readonly software: { readonly name: string; readonly version: string } | null;
  /** The newest version it knows of each API; an absent API is one it never calls. */
  readonly versions: ReadonlyMap<number, number>;
}

/** API keys the workload calls. */
export const ApiKey = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  leaveGroup: 13,
  syncGroup: 14,
  describeGroups: 15,
  listGroups: 16,
  apiVersions: 18,
  createTopics: 19,
  deleteTopics: 20,
  initProducerId: 22,
  addPartitionsToTxn: 24,
  addOffsetsToTxn: 25,
  endTxn: 26,
  txnOffsetCommit: 28,
  describeConfigs: 32,
  describeCluster: 60,
  consumerGroupHeartbeat: 68,
} as const;

const java39 = [
  [0, 11],
  [1, 17],
  [2, 9],
  [3, 12],
  [8, 9],
  [9, 9],
  [10, 6],
  [11, 9],
  [12, 4],
  [13, 5],
  [14, 5],
  [15, 5],
  [16, 5],
  [18, 4],
  [19, 7],
  [20, 6],
  [22, 5],
  [24, 3],
  [25, 4],
  [26, 4],
  [28, 4],
  [32, 4],
  [60, 1],
  [68, 0],
] as const;

const java43 = [...java39, [0, 13], [1, 18], [3, 13], [8, 10], [9, 10], [15, 6], [60, 2], [68, 1]] as const;

const librdkafka2 = [...java39, [0, 10], [1, 16], [2, 7], [3, 12], [9, 7], [10, 2], [11, 5], [18, 3]] as const;

const legacy = [
  [0, 2],
  [1, 3],
  [2, 1],
  [3, 1],
  [8, 2],
  [9, 1],
  [10, 0],
] as const;

/** A Java client of the 3.x line. */
export function javaClient39(clientId: string): ClientProfile {
  return { clientId, software: { name: 'apache-kafka-java', version: '3.9.1' }, versions: new Map(java39) };
}

/** A Java client of the 4.x line: topic ids in Produce, Fetch and commits. */
export function javaClient43(clientId: string): ClientProfile {
  return { clientId, software: { name: 'apache-kafka-java', version: '4.3.1' }, versions: new Map(java43) };
}

/** A librdkafka client. */
export function librdkafkaClient(clientId: string): ClientProfile {
  return { clientId, software: { name: 'librdkafka', version: '2.6.1' }, versions: new Map(librdkafka2) };
}

/** A client of the 0.10 days: no ApiVersions, and Produce and Fetch versions that Kafka 4 has removed (KIP-896). */
export function legacyClient(clientId: string): ClientProfile {
  return { clientId, software: null, versions: new Map(legacy) };
}
