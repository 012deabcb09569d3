/** Most bytes of TCP payload in one packet: with IP and TCP headers it stays below the 64 KiB of an IP packet. */
export const segmentBytesMax = 0xff00;

/** Most characters of one packet comment; a longer one is cut, and ends in `...`. */
export const commentCharactersMax = 1_000;

/** Errors listed one by one in a comment; the rest is counted. */
export const commentErrorsMax = 8;

/** Brokers whose host name a file gives; that there are more stands as a comment beside the names. */
export const namedBrokersMax = 1_024;
