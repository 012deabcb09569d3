/** Every bound of the workload. */

/** Largest response a client of the workload reads. */
export const responseBytesMax = 32 * 1024 * 1024;
/** Longest wait for an answer before the connection is given up; longer than any deliberate wait asked for. */
export const answerWaitMsMax = 20_000;
/** Longest wait for a TCP connection. */
export const connectWaitMsMax = 5_000;
/** Attempts at one request that failed with a retriable error. */
export const attemptsMax = 12;
/** Connections a client may lose in a row before that is a failure worth telling. */
export const lossesInARowMax = 5;
/** How long a client must have lived for its loss not to count as one in a row. */
export const healthyLifeMs = 5_000;
/** Failures kept for the caller to read. */
export const failuresKeptMax = 100;
/** Grace for clients to leave their groups at the end; then their connections are cut. */
export const stopGraceMs = 2_000;
