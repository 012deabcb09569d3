/** Requests waiting for their answer on one connection; beyond it the oldest is given up, loudly. */
export const inFlightMax = 65_536;

/** Raw SASL tokens of one connection that wait for their answer; real mechanisms take three turns. */
export const rawTokensMax = 1024;

/** Error entries listed for one exchange; the codes beyond are counted by metrics, not listed. */
export const errorsPerExchangeMax = 64;

/** Topic ids remembered with their names; the oldest is forgotten first. */
export const topicIdsMax = 100_000;

/** Characters kept of a client id, group or transactional id; Kafka allows 32,767, a screen does not. */
export const nameCharactersMax = 512;

/** Fetch and share sessions remembered; a broker itself keeps 1,000 by default. Beyond it the longest unused one goes. */
export const fetchSessionsMax = 4096;

/** Partitions remembered of one session; a session with more is only partially known. */
export const partitionsPerSessionMax = 16_384;

/** Partitions remembered of all sessions together, so that hostile sessions cannot fill the memory. */
export const sessionPartitionsMax = 262_144;

/** Producer ids remembered with their transactional ids; the oldest is forgotten first. */
export const producerIdsMax = 100_000;

/** Brokers whose last offer of API versions is kept for the next connection to them. */
export const offersKeptMax = 256;

/**
 * Bytes of frames that are not whole, over all connections: as much as two of the largest there are. Beyond it a frame
 * comes out cut, as one the capture lost a part of.
 */
export const assembledBytesMax = 256 * 1024 * 1024;
