/** Requests waiting for their answer on one connection; beyond it the oldest is given up, loudly. */
export const inFlightMax = 65_536;

/** Raw SASL tokens of one connection that wait for their answer; real mechanisms take three turns. */
export const rawTokensMax = 1024;

/** How far behind the oldest request an answer is looked for; a stranger's ids must not cost a walk of the table. */
export const answerDepthMax = 1024;

/** Error entries listed for one exchange, as many codes as possible among them; `errorsOmitted` counts the others. */
export const errorsPerExchangeMax = 64;

/** Topic ids remembered with their names; the oldest is forgotten first. */
export const topicIdsMax = 100_000;

/** Characters kept of a client id, group or transactional id (`shortName`); Kafka allows 32,767, a screen does not. */
export const nameCharactersMax = 512;

/** Characters kept of the name of a SASL mechanism; RFC 4422 has 20. */
export const mechanismCharactersMax = 64;

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

/** APIs of one offer that are kept: a response names an API once, so one with more is no broker's. */
export const apisOfferedMax = 1024;

/** Kinds of request (API and version) remembered of one connection, to name its orphans; few clients use more. */
export const layoutsMax = 128;

/** Bytes walked in one search before only the starts of packets are looked at: hostile bytes must not stall. */
export const searchWalkedBytesMax = 33_554_432;

/**
 * Bytes of frames that are not whole, over all connections: as much as two of the largest there are. Beyond it a frame
 * comes out cut, as one the capture lost a part of.
 */
export const assembledBytesMax = 256 * 1024 * 1024;
