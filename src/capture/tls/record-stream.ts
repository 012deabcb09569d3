/** A TLS record as it travelled. Views hold only during the call that hands it out. */
export interface TlsRecord {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  /** Arrival of the record's last byte. */
  readonly atUs: number;
  /** Wire bytes lost between the record before and this one; 0 when it follows on. */
  readonly lostBytes: number;
}

/** Gets records; after a loss its answer says whether the candidate truly is one. */
export type RecordListener = (record: TlsRecord) => boolean;

const headerBytes = 5;
/** RFC 5246 §6.2.3: content of 2¹⁴ bytes and at most 2048 more. */
const bodyBytesMax = 16_384 + 2_048;

const noBytes = new Uint8Array(0);

/** Content types of records. */
export const recordType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** True when a record of SSL 3.0 to TLS 1.3 can begin with these bytes (at least three). */
export function beginsRecord(bytes: Uint8Array): boolean {
  const type = bytes[0] ?? 0;
  return type >= recordType.changeCipherSpec && type <= recordType.applicationData && isVersion(bytes, 0);
}

function isVersion(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 3 && (bytes[at + 2] ?? 255) <= 4;
}

/**
 * Cuts one direction of a connection at TLS's record headers, however TCP split them. After a loss nobody knows where
 * the next record begins, so every place that reads as a header is offered until one is accepted; decryption is proof.
 */
export class RecordStream {
  /** Set when the bytes are no TLS; nothing is read any more. */
  broken = false;
  #held: Uint8Array = noBytes;
  /** Wire bytes lost since the last record, -1 while none are. */
  #lostBytes = -1;

  /** Bytes in stream order. */
  receive(bytes: Uint8Array, atUs: number, listener: RecordListener): void {
    if (this.broken) return;
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    let at = 0;
    while (!this.broken && at + headerBytes <= all.length) {
      const end = this.#recordEnd(all, at);
      if (end < 0) {
        if (this.#lostBytes < 0) {
          this.broken = true;
          break;
        }
        at += 1;
        this.#lostBytes += 1;
        continue;
      }
      if (end > all.length) break;
      const header = all.subarray(at, at + headerBytes);
      const body = all.subarray(at + headerBytes, end);
      if (this.#lostBytes < 0) {
        listener({ header, body, atUs, lostBytes: 0 });
        at = end;
      } else if (listener({ header, body, atUs, lostBytes: this.#lostBytes })) {
        this.#lostBytes = -1;
        at = end;
      } else {
        at += 1;
        this.#lostBytes += 1;
      }
    }
    this.#held = this.broken || at === all.length ? noBytes : new Uint8Array(all.subarray(at));
  }

  /** Bytes of a record that is not whole yet. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Nothing is read any more, and nothing kept. */
  drop(): void {
    this.broken = true;
    this.#held = noBytes;
  }

  /** Bytes the capture does not have. */
  gap(missingBytes: number): void {
    this.#lostBytes = Math.max(0, this.#lostBytes) + this.#held.length + missingBytes;
    this.#held = noBytes;
  }

  /** Where the record ends that begins at `at`; -1 when none does. */
  #recordEnd(all: Uint8Array, at: number): number {
    const type = all[at] as number;
    if (type < recordType.changeCipherSpec || type > recordType.applicationData || !isVersion(all, at)) return -1;
    const length = ((all[at + 3] as number) << 8) | (all[at + 4] as number);
    if (length > bodyBytesMax) return -1;
    // Only handshakes ever come empty-handed in another version; a loss leaves no room for guessing.
    if (this.#lostBytes >= 0 && length === 0) return -1;
    return at + headerBytes + length;
  }
}
