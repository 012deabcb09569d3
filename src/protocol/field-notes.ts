import { apiName } from './api-keys.ts';
import * as words from './enum-words.ts';
import { errorName } from './error-codes.ts';
import { FieldKind } from './field-kind.ts';
import type { FieldNames } from './field-names.ts';
import type { FieldValue } from './field-span.ts';
import type { MessageType } from './message.ts';
import type { FieldPlan } from './plan.ts';

/** What the values of some fields are called. */
export interface NoteRow {
  /** Names of the fields, or of the arrays whose elements they are. */
  readonly fields: readonly string[];
  /** API keys the row holds for; `any` also where a struct belongs to no API. */
  readonly apis: 'any' | readonly number[];
  /** Only in requests or only in responses. */
  readonly type?: MessageType;
  readonly words: words.EnumWords;
}

const produce = 0;
const fetch = 1;
const listOffsets = 2;
const metadata = 3;
const offsetCommit = 8;
const offsetForLeaderEpoch = 23;
const { sentinel } = words;
const noPartitionLeaderEpoch = sentinel({ NO_PARTITION_LEADER_EPOCH: -1 });

/**
 * Every field whose values have names. Which field means what stands only in prose in Kafka's specs, so it stands here,
 * once. A row for an API goes before a row for any.
 */
export const noteRows: readonly NoteRow[] = [
  { fields: ['acks'], apis: [produce], words: words.acksWords },
  { fields: ['isolationLevel'], apis: 'any', words: words.isolationLevels },
  { fields: ['keyType'], apis: [10], words: words.coordinatorTypes },
  { fields: ['endpointType'], apis: 'any', words: words.endpointTypes },
  { fields: ['transactionResult'], apis: [27], words: words.transactionResults },
  { fields: ['committed'], apis: [26], words: words.transactionResults },
  { fields: ['transactionVersion'], apis: [27], words: words.transactionVersions },
  { fields: ['resourceType', 'resourceTypeFilter'], apis: [29, 30, 31], words: words.aclResourceTypes },
  { fields: ['resourceType', 'resourceTypes'], apis: [32, 33, 44, 74], words: words.configResourceTypes },
  { fields: ['operation'], apis: 'any', words: words.aclOperations },
  { fields: ['permissionType'], apis: 'any', words: words.aclPermissionTypes },
  { fields: ['patternType', 'patternTypeFilter', 'resourcePatternType'], apis: 'any', words: words.patternTypes },
  { fields: ['configOperation'], apis: [44], words: words.configOperations },
  { fields: ['configSource', 'source'], apis: [19, 32], words: words.configSources },
  { fields: ['configType'], apis: [32], words: words.configTypes },
  { fields: ['electionType'], apis: [43], words: words.electionTypes },
  { fields: ['upgradeType'], apis: [57], words: words.upgradeTypes },
  { fields: ['mechanism'], apis: 'any', words: words.scramMechanisms },
  { fields: ['matchType'], apis: [48], words: words.quotaMatchTypes },
  { fields: ['compressionType', 'acceptedCompressionTypes'], apis: [71, 72], words: words.compressionTypes },
  { fields: ['securityProtocol'], apis: 'any', words: words.securityProtocols },
  { fields: ['leaderRecoveryState'], apis: 'any', words: words.leaderRecoveryStates },
  { fields: ['type'], apis: [4, 6], words: words.controlRequestTypes },
  { fields: ['memberType'], apis: [69], words: words.groupMemberTypes },
  { fields: ['acknowledgeTypes'], apis: [78, 79], words: words.acknowledgeTypes },
  { fields: ['deliveryState'], apis: 'any', words: words.deliveryStates },
  { fields: ['shareAcquireMode'], apis: [78], words: words.shareAcquireModes },
  { fields: ['statusCode'], apis: [88], words: words.streamsStatuses },
  { fields: ['nodeType'], apis: [89, 93], words: words.topologyNodeTypes },
  { fields: ['topologyDescriptionStatus'], apis: [89], words: words.topologyDescriptionStatuses },
  {
    fields: ['timestamp'],
    apis: [listOffsets],
    type: 'request',
    words: sentinel({
      LATEST_TIMESTAMP: -1,
      EARLIEST_TIMESTAMP: -2,
      MAX_TIMESTAMP: -3,
      EARLIEST_LOCAL_TIMESTAMP: -4,
      LATEST_TIERED_TIMESTAMP: -5,
      EARLIEST_PENDING_UPLOAD_TIMESTAMP: -6,
    }),
  },
  { fields: ['timestamp'], apis: [listOffsets], type: 'response', words: sentinel({ UNKNOWN_TIMESTAMP: -1 }) },
  { fields: ['offset'], apis: [listOffsets], type: 'response', words: sentinel({ UNKNOWN_OFFSET: -1 }) },
  { fields: ['leaderEpoch'], apis: [listOffsets], type: 'response', words: sentinel({ UNKNOWN_EPOCH: -1 }) },
  {
    fields: ['replicaId'],
    apis: [fetch, listOffsets],
    words: sentinel({ CONSUMER_REPLICA_ID: -1, DEBUGGING_REPLICA_ID: -2 }),
  },
  { fields: ['replicaId'], apis: [offsetForLeaderEpoch], words: sentinel({ CONSUMER_REPLICA_ID: -1 }) },
  { fields: ['sessionId'], apis: [fetch], words: sentinel({ INVALID_SESSION_ID: 0 }) },
  { fields: ['sessionEpoch'], apis: [fetch], words: sentinel({ INITIAL_EPOCH: 0, FINAL_EPOCH: -1 }) },
  { fields: ['shareSessionEpoch'], apis: [78, 79], words: sentinel({ INITIAL_EPOCH: 0, FINAL_EPOCH: -1 }) },
  {
    fields: ['memberEpoch'],
    apis: [68, 88],
    words: sentinel({
      JOIN_GROUP_MEMBER_EPOCH: 0,
      LEAVE_GROUP_MEMBER_EPOCH: -1,
      LEAVE_GROUP_STATIC_MEMBER_EPOCH: -2,
    }),
  },
  {
    fields: ['memberEpoch'],
    apis: [76],
    words: sentinel({ JOIN_GROUP_MEMBER_EPOCH: 0, LEAVE_GROUP_MEMBER_EPOCH: -1 }),
  },
  { fields: ['generationId'], apis: [11, 12, 14], words: sentinel({ UNKNOWN_GENERATION_ID: -1 }) },
  { fields: ['generationIdOrMemberEpoch'], apis: [offsetCommit], words: sentinel({ DEFAULT_GENERATION_ID: -1 }) },
  { fields: ['generationIdOrMemberEpoch'], apis: [28], words: sentinel({ UNKNOWN_GENERATION_ID: -1 }) },
  { fields: ['retentionTimeMs'], apis: [offsetCommit], words: sentinel({ DEFAULT_RETENTION_TIME: -1 }) },
  { fields: ['commitTimestamp'], apis: [offsetCommit], words: sentinel({ DEFAULT_TIMESTAMP: -1 }) },
  { fields: ['committedOffset'], apis: [9], words: sentinel({ INVALID_OFFSET: -1 }) },
  { fields: ['committedLeaderEpoch'], apis: [offsetCommit, 9, 28], words: noPartitionLeaderEpoch },
  {
    fields: ['currentLeaderEpoch'],
    apis: [fetch, listOffsets, offsetForLeaderEpoch],
    words: noPartitionLeaderEpoch,
  },
  { fields: ['lastFetchedEpoch'], apis: [fetch], words: noPartitionLeaderEpoch },
  { fields: ['leaderEpoch'], apis: [metadata, 75], words: noPartitionLeaderEpoch },
  { fields: ['leaderEpoch'], apis: [offsetForLeaderEpoch], type: 'response', words: sentinel({ UNDEFINED_EPOCH: -1 }) },
  {
    fields: ['endOffset'],
    apis: [offsetForLeaderEpoch],
    type: 'response',
    words: sentinel({ UNDEFINED_EPOCH_OFFSET: -1 }),
  },
  { fields: ['baseOffset', 'logStartOffset'], apis: [produce], words: sentinel({ INVALID_OFFSET: -1 }) },
  { fields: ['logAppendTimeMs'], apis: [produce], words: sentinel({ NO_TIMESTAMP: -1 }) },
  { fields: ['highWatermark'], apis: [fetch], words: sentinel({ INVALID_HIGH_WATERMARK: -1 }) },
  { fields: ['lastStableOffset'], apis: [fetch], words: sentinel({ INVALID_LAST_STABLE_OFFSET: -1 }) },
  { fields: ['logStartOffset'], apis: [fetch], words: sentinel({ INVALID_LOG_START_OFFSET: -1 }) },
  { fields: ['preferredReadReplica'], apis: [fetch], words: sentinel({ INVALID_PREFERRED_REPLICA_ID: -1 }) },
  { fields: ['leaderId'], apis: [metadata, 75], words: sentinel({ NO_LEADER_ID: -1 }) },
  { fields: ['leader'], apis: [4, 6], words: sentinel({ NO_LEADER: -1, LEADER_DURING_DELETE: -2 }) },
  { fields: ['controllerId'], apis: [metadata, 60], words: sentinel({ NO_CONTROLLER_ID: -1 }) },
  {
    fields: ['producerId', 'v3AndBelowProducerId', 'ongoingTxnProducerId'],
    apis: 'any',
    words: sentinel({ NO_PRODUCER_ID: -1 }),
  },
  {
    fields: ['producerEpoch', 'v3AndBelowProducerEpoch', 'ongoingTxnProducerEpoch'],
    apis: 'any',
    words: sentinel({ NO_PRODUCER_EPOCH: -1 }),
  },
  { fields: ['lastSequence'], apis: [61], words: sentinel({ NO_SEQUENCE: -1 }) },
  { fields: ['numPartitions'], apis: [19], words: sentinel({ NO_NUM_PARTITIONS: -1 }) },
  { fields: ['replicationFactor'], apis: [19], words: sentinel({ NO_REPLICATION_FACTOR: -1 }) },
  { fields: ['offset'], apis: [21], words: sentinel({ HIGH_WATERMARK: -1 }) },
  { fields: ['offsetLag'], apis: [35], words: sentinel({ INVALID_OFFSET_LAG: -1 }) },
  { fields: ['totalBytes', 'usableBytes'], apis: [35], words: sentinel({ UNKNOWN_VOLUME_BYTES: -1 }) },
];

/** Ids of log directories that stand for a state (DirectoryId), and the fields that hold such ids. */
const directoryIds: ReadonlyMap<string, string> = new Map([
  ['AAAAAAAAAAAAAAAAAAAAAA', 'MIGRATING'],
  ['AAAAAAAAAAAAAAAAAAAAAQ', 'UNASSIGNED'],
  ['AAAAAAAAAAAAAAAAAAAAAg', 'LOST'],
]);
const assignReplicasToDirs = 73;

/** Kafka's word for `this was not asked for` where a set of operations is expected. */
const operationsOmitted = -2_147_483_648;

const rowsByField = new Map<string, NoteRow[]>();
for (const row of noteRows) {
  for (const field of row.fields) rowsByField.set(field, [...(rowsByField.get(field) ?? []), row]);
}

function wordsOf(name: string, apiKey: number, type: MessageType | null): words.EnumWords | null {
  const rows = rowsByField.get(name);
  if (rows === undefined) return null;
  for (const row of rows) {
    if (row.apis !== 'any' && !row.apis.includes(apiKey)) continue;
    if (row.type === undefined || row.type === type) return row.words;
  }
  return null;
}

/** The operations whose bits are set, bit n standing for the operation of code n (Utils.to32BitField). */
function operationsNote(bits: number): string | null {
  if (bits === operationsOmitted) return 'AUTHORIZED_OPERATIONS_OMITTED';
  const names: string[] = [];
  for (const [code, name] of words.aclOperations) if ((bits & (1 << code)) !== 0) names.push(name);
  return names.length === 0 ? null : names.join(', ');
}

/**
 * What a value means, where Kafka has a name for it; null where it is just a value. `owner` is the name of the array
 * for its elements, which have none; `apiKey` -1 stands for a struct outside of any API.
 */
export function noteOf(
  field: FieldPlan,
  value: FieldValue,
  apiKey: number,
  owner: string = field.name,
  type: MessageType | null = null,
): string | null {
  if (typeof value === 'number') {
    if (field.kind === FieldKind.Int16 && /errorCode$/i.test(owner)) return errorName(value);
    if (field.kind === FieldKind.Int16 && /apiKey$/i.test(owner)) return apiName(value);
    if (field.kind === FieldKind.Int32 && /authorizedOperations$/i.test(owner)) return operationsNote(value);
  }
  if (typeof value === 'string') return field.kind === FieldKind.Uuid ? directoryNote(value, owner, apiKey) : null;
  if (value === null || value === undefined) return null;
  return wordsOf(owner, apiKey, type)?.get(Number(value)) ?? null;
}

function directoryNote(id: string, owner: string, apiKey: number): string | null {
  const directory = /directoryId$|logDirs$/i.test(owner) || (owner === 'id' && apiKey === assignReplicasToDirs);
  return directory ? (directoryIds.get(id) ?? null) : null;
}

/** The name behind an id, as learned from other messages; null where nothing taught it. */
export function nameNoteOf(field: FieldPlan, value: FieldValue, owner: string, names: FieldNames): string | null {
  if (typeof value === 'string') {
    return field.kind === FieldKind.Uuid && /^topicIds?$/i.test(owner) ? names.topicOf(value) : null;
  }
  return typeof value === 'bigint' && /^(?:v3AndBelow|ongoingTxn)?producerId(?:Filters)?$/i.test(owner)
    ? names.transactionalIdOf(value)
    : null;
}
