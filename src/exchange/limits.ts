/** Requests waiting for their answer on one connection; beyond it the oldest is given up, loudly. */
export const inFlightMax = 65_536;

/** Error entries listed for one exchange; the codes beyond are counted by metrics, not listed. */
export const errorsPerExchangeMax = 64;

/** Topic ids remembered with their names; the oldest is forgotten first. */
export const topicIdsMax = 100_000;

/** Characters kept of a client id, group or transactional id; Kafka allows 32,767, a screen does not. */
export const nameCharactersMax = 512;
