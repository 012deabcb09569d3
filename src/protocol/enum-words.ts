/** Kafka's own names of the values of its enumerations and of its numbers with a meaning, as 4.4.0 has them. */
export type EnumWords = ReadonlyMap<number, string>;

/** Words for 0, 1, 2 … */
function counted(...words: readonly string[]): EnumWords {
  return new Map(words.entries());
}

/** Words for given values. */
function valued(words: Readonly<Record<string, number>>): EnumWords {
  return new Map(Object.entries(words).map(([word, value]) => [value, word]));
}

/** Kafka knows these only as values of the setting `acks`, so these words are ours. */
export const acksWords = valued({ 'all in-sync replicas': -1, 'none: no answer will come': 0, 'leader only': 1 });
export const isolationLevels = counted('READ_UNCOMMITTED', 'READ_COMMITTED');
export const coordinatorTypes = counted('GROUP', 'TRANSACTION', 'SHARE');
export const endpointTypes = counted('UNKNOWN', 'BROKER', 'CONTROLLER');
export const transactionResults = counted('ABORT', 'COMMIT');
export const transactionVersions = counted('TV_0', 'TV_1', 'TV_2');
export const aclResourceTypes = counted(
  'UNKNOWN',
  'ANY',
  'TOPIC',
  'GROUP',
  'CLUSTER',
  'TRANSACTIONAL_ID',
  'DELEGATION_TOKEN',
  'USER',
);
export const configResourceTypes = valued({
  UNKNOWN: 0,
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
});
export const aclOperations = counted(
  'UNKNOWN',
  'ANY',
  'ALL',
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'CLUSTER_ACTION',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'IDEMPOTENT_WRITE',
  'CREATE_TOKENS',
  'DESCRIBE_TOKENS',
  'TWO_PHASE_COMMIT',
);
export const aclPermissionTypes = counted('UNKNOWN', 'ANY', 'DENY', 'ALLOW');
export const patternTypes = counted('UNKNOWN', 'ANY', 'MATCH', 'LITERAL', 'PREFIXED');
export const configOperations = counted('SET', 'DELETE', 'APPEND', 'SUBTRACT');
export const configSources = counted(
  'UNKNOWN',
  'TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'CLIENT_METRICS_CONFIG',
  'GROUP_CONFIG',
);
export const configTypes = counted(
  'UNKNOWN',
  'BOOLEAN',
  'STRING',
  'INT',
  'SHORT',
  'LONG',
  'DOUBLE',
  'LIST',
  'CLASS',
  'PASSWORD',
);
export const electionTypes = counted('PREFERRED', 'UNCLEAN');
export const upgradeTypes = counted('UNKNOWN', 'UPGRADE', 'SAFE_DOWNGRADE', 'UNSAFE_DOWNGRADE');
export const scramMechanisms = counted('UNKNOWN', 'SCRAM_SHA_256', 'SCRAM_SHA_512');
export const quotaMatchTypes = counted('MATCH_TYPE_EXACT', 'MATCH_TYPE_DEFAULT', 'MATCH_TYPE_SPECIFIED');
export const compressionTypes = counted('NONE', 'GZIP', 'SNAPPY', 'LZ4', 'ZSTD');
export const securityProtocols = counted('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL');
export const leaderRecoveryStates = counted('RECOVERED', 'RECOVERING');
/** Whether LeaderAndIsr and UpdateMetadata say everything or only what changed (AbstractControlRequest.Type). */
export const controlRequestTypes = counted('UNKNOWN', 'INCREMENTAL', 'FULL');
export const groupMemberTypes = valued({ UNKNOWN: -1, CLASSIC: 0, CONSUMER: 1 });
/** AcknowledgeType; 0 stands for a gap in the log and is only described. */
export const acknowledgeTypes = counted('GAP', 'ACCEPT', 'RELEASE', 'REJECT', 'RENEW');
/** RecordState of a share partition. */
export const deliveryStates = counted('AVAILABLE', 'ACQUIRED', 'ACKNOWLEDGED', 'ARCHIVING', 'ARCHIVED');
export const shareAcquireModes = counted('BATCH_OPTIMIZED', 'RECORD_LIMIT');
export const streamsStatuses = counted(
  'STALE_TOPOLOGY',
  'MISSING_SOURCE_TOPICS',
  'INCORRECTLY_PARTITIONED_TOPICS',
  'MISSING_INTERNAL_TOPICS',
  'SHUTDOWN_APPLICATION',
  'ASSIGNMENT_DELAYED',
  'MISSING_CLIENT_TAGS',
);
export const topologyNodeTypes = valued({ SOURCE: 1, PROCESSOR: 2, SINK: 3 });
export const topologyDescriptionStatuses = counted('NOT_REQUESTED', 'NOT_STORED', 'ERROR', 'AVAILABLE');

/** Numbers that stand for something else than themselves, by the name Kafka's code gives them. */
export const sentinel = valued;
