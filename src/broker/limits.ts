/** Every bound of the embedded cluster. Reaching one is answered with Kafka's own error and counted by its name. */

/** Bytes kept in one partition's log; the oldest batches go first and the log start offset moves. */
export const logBytesPerPartitionMax = 4 * 1024 * 1024;
/** Largest batch a Produce may carry (`message.max.bytes`). */
export const batchBytesMax = 1_048_588;
/** Largest request frame the listener reads (`socket.request.max.bytes`, kept small: this broker lives in memory). */
export const requestBytesMax = 16 * 1024 * 1024;
/** Most bytes one Fetch answers with, whatever the client allows (`fetch.max.bytes`). */
export const fetchBytesMax = 8 * 1024 * 1024;
/** Longest deliberate wait of a Fetch, whatever the client asks for. */
export const fetchWaitMsMax = 60_000;
/** Topics in the cluster. */
export const topicsMax = 1_000;
/** Partitions of one topic. */
export const partitionsPerTopicMax = 256;
/** Consumer groups of both kinds, counting those that only hold offsets. */
export const groupsMax = 1_000;
/** Members of one group, counting member ids handed out and not yet used. */
export const membersPerGroupMax = 200;
/** Committed offsets kept for one group. */
export const offsetsPerGroupMax = 10_000;
/** Longest metadata string of a committed offset (`offset.metadata.max.bytes`). */
export const offsetMetadataBytesMax = 4_096;
/** Transactional ids the coordinator remembers. */
export const transactionalIdsMax = 1_000;
/** Producers whose sequence numbers one partition remembers; the longest silent is forgotten first. */
export const producersPerPartitionMax = 1_000;
/** Batches of one producer a partition can recognise as duplicates, as in Kafka. */
export const duplicateBatchesMax = 5;
/** Aborted transactions one partition lists for read_committed readers. */
export const abortedTransactionsPerPartitionMax = 10_000;
/** Fetch sessions of one broker; the longest unused is evicted (`max.incremental.fetch.session.cache.slots`). */
export const fetchSessionsPerBrokerMax = 1_000;
/** Partitions one fetch session may hold. */
export const partitionsPerFetchSessionMax = 10_000;
/** Client connections of one broker. */
export const connectionsPerBrokerMax = 500;
/** Requests of one connection read ahead while an earlier one is being answered; then its socket is paused. */
export const requestsQueuedPerConnectionMax = 64;
/** Longest mute after a throttled response (`quota.window.size.seconds`). */
export const throttleMsMax = 1_000;
/** Client ids a quota keeps accounts for. */
export const quotaClientsMax = 1_000;
/** Longest transaction before the coordinator aborts it (`transaction.max.timeout.ms`). */
export const transactionTimeoutMsMax = 900_000;
/** Shortest and longest session timeout a classic member may ask for. */
export const sessionTimeoutMsMin = 500;
export const sessionTimeoutMsMax = 1_800_000;
/** Internal failures kept for the caller to read. */
export const failuresKeptMax = 100;
