import { createHash } from 'node:crypto';

/** The uuid of all zero bits, which Kafka reads as "no topic id". */
export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Names things (cluster, topics, members) from a seed, so that two runs with one seed show the same ids. */
export class Identity {
  readonly #seed: string;
  #count = 0;

  constructor(seed: number) {
    this.#seed = String(seed);
  }

  /** A 22-character base64url uuid as Kafka prints them; never one that starts with `-`, as Kafka avoids those. */
  nextUuid(kind: string): string {
    for (;;) {
      const uuid = this.#digest(kind).subarray(0, 16).toString('base64url');
      if (!uuid.startsWith('-')) return uuid;
    }
  }

  /** A dashed hexadecimal uuid, the form Kafka appends to client ids to make member ids. */
  nextDashedUuid(kind: string): string {
    const hex = this.#digest(kind).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  /** A positive int32, as Kafka draws fetch session ids. */
  nextPositiveInt(kind: string): number {
    return this.#digest(kind).readUInt32BE(0) & 0x7fffffff || 1;
  }

  /** A number in [0, 1). */
  nextFraction(kind: string): number {
    return this.#digest(kind).readUInt32BE(0) / 2 ** 32;
  }

  #digest(kind: string): Buffer {
    this.#count += 1;
    return createHash('sha256').update(`${this.#seed}/${kind}/${this.#count}`).digest();
  }
}
