/** A handshake message: type and body, without its 4-byte header. */
export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Numbers of the messages that are read (RFC 8446 §4). */
export const handshakeType = {
  clientHello: 1,
  serverHello: 2,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  finished: 20,
  keyUpdate: 24,
} as const;

const headerBytes = 4;

/** Longest message put together: a long certificate chain, not the 16 MiB its length could claim. */
export const handshakeBytesMax = 131_072;

/** Cuts the handshake records of one direction at its messages, which records may split or join. */
export class HandshakeAssembler {
  #held: Uint8Array = new Uint8Array(0);
  /** Bytes of an overlong message still to be stepped over. */
  #skipBytes = 0;

  /** The messages complete with these bytes. */
  take(bytes: Uint8Array): readonly HandshakeMessage[] {
    const skipped = Math.min(this.#skipBytes, bytes.length);
    this.#skipBytes -= skipped;
    const rest = bytes.subarray(skipped);
    const all = this.#held.length === 0 ? rest : Buffer.concat([this.#held, rest]);
    const messages: HandshakeMessage[] = [];
    let at = 0;
    while (at + headerBytes <= all.length) {
      const length = ((all[at + 1] as number) << 16) | ((all[at + 2] as number) << 8) | (all[at + 3] as number);
      const end = at + headerBytes + length;
      if (length > handshakeBytesMax) {
        this.#skipBytes = Math.max(0, end - all.length);
        at = Math.min(end, all.length);
        continue;
      }
      if (end > all.length) break;
      messages.push({ type: all[at] as number, body: all.subarray(at + headerBytes, end) });
      at = end;
    }
    this.#held = new Uint8Array(all.subarray(at));
    return messages;
  }

  /** Bytes of a message that is not whole yet. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Bytes were lost: what was begun is over. */
  reset(): void {
    this.#held = new Uint8Array(0);
    this.#skipBytes = 0;
  }
}
