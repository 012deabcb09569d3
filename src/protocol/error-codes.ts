/**
 * Kafka's error codes as of 4.4.0. Names and the retriable flag are Kafka's (`r` = its exception is retriable); what a
 * code means and what to try is in our own words, since people read it beside the bytes. One line a code.
 */
const table = `
-1 UNKNOWN_SERVER_ERROR - The broker hit an error it has no code for; its log at the time of the request has the cause.
0 NONE - No error.
1 OFFSET_OUT_OF_RANGE - The offset is before the log's start or after its end; consumers fall back on auto.offset.reset.
2 CORRUPT_MESSAGE r The batch failed its checksum or is badly formed; look for memory, disk or middlebox corruption.
3 UNKNOWN_TOPIC_OR_PARTITION r This broker does not host the topic or partition; check the name, or refresh metadata after a create.
4 INVALID_FETCH_SIZE - The requested fetch size is not acceptable; check fetch.max.bytes and max.partition.fetch.bytes.
5 LEADER_NOT_AVAILABLE r The partition has no leader at the moment, often just after a create; wait for the election and retry.
6 NOT_LEADER_OR_FOLLOWER r The partition moved: this broker neither leads nor follows it; refresh metadata and ask the new leader.
7 REQUEST_TIMED_OUT r The broker could not finish in the request's own timeout; look for slow replicas, or allow more time.
8 BROKER_NOT_AVAILABLE - The broker needed for this is not there; check that it is up and registered.
9 REPLICA_NOT_AVAILABLE r No replica of the partition is usable on this broker yet; metadata may be stale, retry.
10 MESSAGE_TOO_LARGE - A batch exceeds max.message.bytes of the topic or message.max.bytes of the broker; send less or raise the limit.
11 STALE_CONTROLLER_EPOCH - The sender is a controller that has been replaced; brokers ignore it.
12 OFFSET_METADATA_TOO_LARGE - The metadata string of an offset commit exceeds offset.metadata.max.bytes; shorten it.
13 NETWORK_EXCEPTION r The connection went away before the answer came; the request may or may not have been carried out.
14 COORDINATOR_LOAD_IN_PROGRESS r The coordinator is still loading its state, as after a restart or move; retry shortly.
15 COORDINATOR_NOT_AVAILABLE r No coordinator is there to ask, or its internal topic is not ready; look it up again and retry.
16 NOT_COORDINATOR r This broker is not the coordinator of that group or transaction any more; find it again.
17 INVALID_TOPIC_EXCEPTION - The topic name is illegal, or the topic is internal and not to be touched like this.
18 RECORD_LIST_TOO_LARGE - The batch is larger than a log segment may be; send smaller batches.
19 NOT_ENOUGH_REPLICAS r Fewer replicas are in sync than min.insync.replicas, so acks=all is refused; bring replicas back.
20 NOT_ENOUGH_REPLICAS_AFTER_APPEND r Written on the leader, but too few replicas stayed in sync; a retry may duplicate unless idempotent.
21 INVALID_REQUIRED_ACKS - acks is none of -1, 0 and 1.
22 ILLEGAL_GENERATION - The member speaks for an older generation of its group: a rebalance passed it by; it must rejoin.
23 INCONSISTENT_GROUP_PROTOCOL - The member shares no assignor or protocol type with the rest of the group; align the configuration.
24 INVALID_GROUP_ID - The group id is empty or not allowed here; set group.id.
25 UNKNOWN_MEMBER_ID - The coordinator does not know this member: it timed out or left; it must join anew.
26 INVALID_SESSION_TIMEOUT - The session timeout is outside group.min.session.timeout.ms .. group.max.session.timeout.ms.
27 REBALANCE_IN_PROGRESS - The group is rebalancing; the member should finish its work and rejoin.
28 INVALID_COMMIT_OFFSET_SIZE - The offset commit is too large for the offsets topic; commit fewer partitions or less metadata.
29 TOPIC_AUTHORIZATION_FAILED - The principal may not do this to the topic; check its ACLs.
30 GROUP_AUTHORIZATION_FAILED - The principal may not use the group; check its ACLs.
31 CLUSTER_AUTHORIZATION_FAILED - The principal lacks the cluster permission this needs; check its ACLs.
32 INVALID_TIMESTAMP - A record's timestamp is too far from the broker's clock; check clocks and message.timestamp limits.
33 UNSUPPORTED_SASL_MECHANISM - The broker does not offer this SASL mechanism; the response lists those it does.
34 ILLEGAL_SASL_STATE - A SASL request came at the wrong moment, or on a listener that does not use SASL.
35 UNSUPPORTED_VERSION - The broker does not speak this version of the API; negotiate with ApiVersions first.
36 TOPIC_ALREADY_EXISTS - A topic of that name is there already.
37 INVALID_PARTITIONS - The partition count is not allowed, such as below one or below the present count.
38 INVALID_REPLICATION_FACTOR - The replication factor is below one or above the number of usable brokers.
39 INVALID_REPLICA_ASSIGNMENT - The replica assignment names unknown brokers, repeats one or has gaps.
40 INVALID_CONFIG - A configuration key or value is not acceptable; the message says which.
41 NOT_CONTROLLER r This node is not the active controller; find it and retry there.
42 INVALID_REQUEST - The request is well formed and makes no sense, such as fields that exclude each other; often a client bug.
43 UNSUPPORTED_FOR_MESSAGE_FORMAT - The message format of the topic is too old for this operation.
44 POLICY_VIOLATION - A policy of the cluster (create.topic.policy, alter.config.policy) refuses this.
45 OUT_OF_ORDER_SEQUENCE_NUMBER - An idempotent producer's sequence has a gap: an earlier batch was lost or came out of order.
46 DUPLICATE_SEQUENCE_NUMBER - The batch was written before; producers take this for success.
47 INVALID_PRODUCER_EPOCH - The producer's epoch is older than the broker's: a newer instance or a fence took over.
48 INVALID_TXN_STATE - The transaction is not in a state that allows this, such as a commit without a begin.
49 INVALID_PRODUCER_ID_MAPPING - The producer id does not belong to that transactional id; initialise the producer again.
50 INVALID_TRANSACTION_TIMEOUT - The transaction timeout exceeds transaction.max.timeout.ms of the broker.
51 CONCURRENT_TRANSACTIONS r An earlier transaction of the same id is still being completed; retry shortly.
52 TRANSACTION_COORDINATOR_FENCED - The transaction coordinator that wrote the marker has been replaced.
53 TRANSACTIONAL_ID_AUTHORIZATION_FAILED - The principal may not use the transactional id; check its ACLs.
54 SECURITY_DISABLED - The cluster has no authorizer, so ACL operations have nothing to act on.
55 OPERATION_NOT_ATTEMPTED - Not tried, because another part of the same request failed; look at the other errors.
56 KAFKA_STORAGE_ERROR r A log directory of the broker failed; check its disk and log, another replica will take over.
57 LOG_DIR_NOT_FOUND - The broker has no log directory of that path.
58 SASL_AUTHENTICATION_FAILED - The credentials were refused; check user, password or token and mechanism.
59 UNKNOWN_PRODUCER_ID - The broker has no state for the producer id, usually because its records expired.
60 REASSIGNMENT_IN_PROGRESS - Another reassignment of the partition is under way; wait for it or cancel it.
61 DELEGATION_TOKEN_AUTH_DISABLED - Delegation tokens are not enabled; the brokers need delegation.token.secret.key.
62 DELEGATION_TOKEN_NOT_FOUND - No delegation token has this HMAC; it may have expired and been removed.
63 DELEGATION_TOKEN_OWNER_MISMATCH - The principal neither owns the token nor may renew it.
64 DELEGATION_TOKEN_REQUEST_NOT_ALLOWED - Token requests need an authenticated channel that was not itself opened by a token.
65 DELEGATION_TOKEN_AUTHORIZATION_FAILED - The principal may not handle delegation tokens; check its ACLs.
66 DELEGATION_TOKEN_EXPIRED - The delegation token has expired; create a new one.
67 INVALID_PRINCIPAL_TYPE - The principal's type is not supported here; Kafka's own is User.
68 NON_EMPTY_GROUP - The group still has members; stop them first.
69 GROUP_ID_NOT_FOUND - No such group exists, or it is of another type.
70 FETCH_SESSION_ID_NOT_FOUND r The broker dropped the fetch session, as its cache is small; the client opens a new one.
71 INVALID_FETCH_SESSION_EPOCH r A fetch came out of step with its session; the client starts a new one.
72 LISTENER_NOT_FOUND r The leader has no listener of the name the client came in by; check that all brokers define it.
73 TOPIC_DELETION_DISABLED - delete.topic.enable is false on the cluster.
74 FENCED_LEADER_EPOCH r The client's leader epoch is older than the broker's; refresh metadata.
75 UNKNOWN_LEADER_EPOCH r The client knows a newer leader epoch than this broker yet; retry.
76 UNSUPPORTED_COMPRESSION_TYPE - The codec is not allowed in this version, such as zstd in an old Produce or Fetch.
77 STALE_BROKER_EPOCH - The broker registered again since and this request speaks for its earlier life.
78 OFFSET_NOT_AVAILABLE r A new leader has not caught up its high watermark; retry shortly.
79 MEMBER_ID_REQUIRED - First step of joining: the coordinator hands out a member id, and the member joins again with it.
80 PREFERRED_LEADER_NOT_AVAILABLE r The preferred replica is down or out of sync, so it cannot be elected.
81 GROUP_MAX_SIZE_REACHED - The group has group.max.size members already.
82 FENCED_INSTANCE_ID - Another member joined with the same group.instance.id; give every instance its own.
83 ELIGIBLE_LEADERS_NOT_AVAILABLE r No replica may be elected leader; bring an in-sync replica back.
84 ELECTION_NOT_NEEDED r The partition already has the wanted leader.
85 NO_REASSIGNMENT_IN_PROGRESS - There is no reassignment of the partition to cancel.
86 GROUP_SUBSCRIBED_TO_TOPIC - Offsets of a topic cannot be deleted while the group subscribes to it.
87 INVALID_RECORD - The broker refuses a record, such as one without a key in a compacted topic.
88 UNSTABLE_OFFSET_COMMIT r Offsets of an open transaction are pending; retry when it has ended.
89 THROTTLING_QUOTA_EXCEEDED r The quota for creating or deleting is used up; wait for the throttle time and retry.
90 PRODUCER_FENCED - A newer producer with the same transactional id took over; this one must close.
91 RESOURCE_NOT_FOUND - What the request names does not exist, such as a SCRAM user or a quota entity.
92 DUPLICATE_RESOURCE - The request names the same thing twice.
93 UNACCEPTABLE_CREDENTIAL - The new credential breaks a rule, such as too few SCRAM iterations.
94 INCONSISTENT_VOTER_SET - The two sides disagree on who votes in the metadata quorum; check controller.quorum settings.
95 INVALID_UPDATE_VERSION - The wanted feature level cannot be reached from the present one.
96 FEATURE_UPDATE_FAILED - The feature level could not be changed; the controller's log says why.
97 PRINCIPAL_DESERIALIZATION_FAILURE - The controller cannot read the principal a broker forwarded; align the principal builders.
98 SNAPSHOT_NOT_FOUND - The metadata snapshot asked for is not there; the follower asks for a newer one.
99 POSITION_OUT_OF_RANGE - The position lies outside the snapshot.
100 UNKNOWN_TOPIC_ID r The broker knows no topic of this id: deleted, recreated or not yet heard of; refresh metadata.
101 DUPLICATE_BROKER_REGISTRATION - A live broker already uses this node id; give every broker its own.
102 BROKER_ID_NOT_REGISTERED - No broker of this id is registered.
103 INCONSISTENT_TOPIC_ID r The topic id in the log differs from the request's: the topic was recreated; refresh metadata.
104 INCONSISTENT_CLUSTER_ID - The request is meant for another cluster; check addresses and cluster.id.
105 TRANSACTIONAL_ID_NOT_FOUND - No transaction of this id is known; it may have expired.
106 FETCH_SESSION_TOPIC_ID_ERROR r The fetch session mixes names and ids of topics; the client starts a new one.
107 INELIGIBLE_REPLICA - The new in-sync set names a replica that may not be in it, such as a fenced broker.
108 NEW_LEADER_ELECTED - The change made a new leader, and the sender is no longer it.
109 OFFSET_MOVED_TO_TIERED_STORAGE - The offset is in remote storage only; a follower must build its state from there.
110 FENCED_MEMBER_EPOCH - The coordinator moved past the member's epoch; the member gives up its partitions and joins again.
111 UNRELEASED_INSTANCE_ID - Another live member still holds the instance id; stop it or wait for its session to end.
112 UNSUPPORTED_ASSIGNOR - The broker does not have the wanted server-side assignor; see group.consumer.assignors.
113 STALE_MEMBER_EPOCH - The member's epoch is behind; it should take its new epoch from the next heartbeat and retry.
114 MISMATCHED_ENDPOINT_TYPE - Asked for brokers on a controller listener or the other way round.
115 UNSUPPORTED_ENDPOINT_TYPE - This kind of endpoint cannot be described here.
116 UNKNOWN_CONTROLLER_ID - No controller of this id is known.
117 UNKNOWN_SUBSCRIPTION_ID - The client pushed metrics for an outdated subscription; it must ask for the present one.
118 TELEMETRY_TOO_LARGE - The metrics exceed telemetry.max.bytes; push fewer.
119 INVALID_REGISTRATION - The controller refuses the broker's registration; its message says what does not fit.
120 TRANSACTION_ABORTABLE - The transaction cannot succeed; abort it and start again.
121 INVALID_RECORD_STATE - The record is not acquired by this share consumer: its lock ran out or it was already acknowledged.
122 SHARE_SESSION_NOT_FOUND r The broker has no such share session; the client opens a new one.
123 INVALID_SHARE_SESSION_EPOCH r A share fetch came out of step with its session; the client starts a new one.
124 FENCED_STATE_EPOCH - The share coordinator knows a newer state epoch than the request's.
125 INVALID_VOTER_KEY - The voter's id and directory id do not match the receiving controller.
126 DUPLICATE_VOTER - The controller is a voter already.
127 VOTER_NOT_FOUND - The controller is not among the voters.
128 INVALID_REGULAR_EXPRESSION - The subscription pattern is not valid RE2; the broker evaluates it, not the client.
129 REBOOTSTRAP_REQUIRED - The client reached another cluster or node than it thinks; it must start from its bootstrap servers.
130 STREAMS_INVALID_TOPOLOGY - The topology a Streams member sent is not valid; its status detail says why.
131 STREAMS_INVALID_TOPOLOGY_EPOCH - The topology epoch of the Streams member is not acceptable to its group.
132 STREAMS_TOPOLOGY_FENCED - The group moved on to a newer topology; this Streams instance runs an older one.
133 SHARE_SESSION_LIMIT_REACHED r The broker holds as many share sessions as it allows; retry later.
134 GROUP_DELETION_FAILED - The group could not be deleted; its error message says why.
135 STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED - The broker could not keep the topology description a Streams member sent.
136 CONTROLLER_ID_NOT_REGISTERED - No controller of this id is registered.
`;

interface ErrorCode {
  readonly code: number;
  readonly name: string;
  readonly retriable: boolean;
  readonly meaning: string;
}

const codes = new Map<number, ErrorCode>();
for (const line of table.trim().split('\n')) {
  const [code = '', name = '', retriable = '', ...meaning] = line.split(' ');
  codes.set(Number(code), { code: Number(code), name, retriable: retriable === 'r', meaning: meaning.join(' ') });
}

/** Every code we know, ascending. */
export const errorCodes: readonly number[] = [...codes.keys()];

/** Kafka's name of an error code; `UNKNOWN_CODE_n` for one that is newer than this table. */
export function errorName(code: number): string {
  return codes.get(code)?.name ?? `UNKNOWN_CODE_${code}`;
}

/** Whether Kafka's clients may try the same request again after this error; null when the code is unknown. */
export function errorRetriable(code: number): boolean | null {
  return codes.get(code)?.retriable ?? null;
}

/** What an error code means and what to try, in a sentence. */
export function errorMeaning(code: number): string {
  return (
    codes.get(code)?.meaning ??
    'Not a code of Kafka 4.4 or earlier; the broker is newer, or these bytes are no error code.'
  );
}
