import { HandshakeAssembler } from './handshake-assembler.ts';
import type { OpenedRecord, RecordCipher } from './record-cipher.ts';
import { RecordStream, type TlsRecord } from './record-stream.ts';

/** Keys tried for one record behind a loss; more records than that were hardly lost in one hole. */
const sequenceTriesMax = 4_096;
/** Shortest and longest records a loss may have taken, headers included. */
const recordBytesMin = 22;
const recordBytesMax = 16_384 + 2_048 + 5;

/**
 * How a record behind a loss was opened: `skipped` records of the same keys were lost before it; 0 where only the
 * handshake lost some, -1 where nobody can tell.
 */
export interface FoundRecord {
  readonly opened: OpenedRecord;
  readonly skipped: number;
}

/** One direction of a TLS connection: its records, its handshake messages, and the keys in force. */
export class TlsDirection {
  readonly records = new RecordStream();
  readonly handshake = new HandshakeAssembler();
  /** Keys of the records that come now; null while they come in the clear. */
  cipher: RecordCipher | null = null;
  /** Traffic secret behind `cipher`, from which a KeyUpdate derives the next one (TLS 1.3). */
  secret: Uint8Array | null = null;
  /** Keys that follow once this side's Finished was seen (TLS 1.3). */
  following: { readonly cipher: RecordCipher; readonly secret: Uint8Array } | null = null;
  sequence = 0;
  /** TLS 1.2: this side changed its cipher, so what follows is no longer in the clear, keys or not. */
  sealed = false;
  /** Records opened, with whatever keys. */
  opened = 0;
  /** Records that could not be opened since the last one that could. */
  refused = 0;
  /** Records waiting for the other side's hello; bytes are copies. */
  waiting: TlsRecord[] = [];

  /** The keys in force give way to the ones that follow. */
  advance(): void {
    if (this.following === null) return;
    this.cipher = this.following.cipher;
    this.secret = this.following.secret;
    this.following = null;
    this.sequence = 0;
  }

  /** Opens a record that follows on; null when its keys do not fit. */
  open(record: TlsRecord): OpenedRecord | null {
    if (this.cipher === null) return null;
    const opened = this.cipher.open(record.header, record.body, this.sequence);
    if (opened !== null) this.#accept(this.sequence);
    return opened;
  }

  /** The handshake's records are not readable or over: tries whether the keys that follow are in force already. */
  openAhead(record: TlsRecord): OpenedRecord | null {
    const following = this.following;
    if (following === null) return null;
    const opened = following.cipher.open(record.header, record.body, 0);
    if (opened === null) return null;
    this.advance();
    this.#accept(0);
    return opened;
  }

  /** Finds number and keys of a record behind a loss by trying: its authentication is the proof. */
  openAfterLoss(record: TlsRecord): FoundRecord | null {
    const least = Math.max(1, Math.ceil(record.lostBytes / recordBytesMax));
    const most = Math.min(least + sequenceTriesMax, Math.floor(record.lostBytes / recordBytesMin) + 1);
    for (let skipped = least; skipped <= most; skipped += 1) {
      const opened = this.cipher?.open(record.header, record.body, this.sequence + skipped) ?? null;
      if (opened === null) continue;
      this.#accept(this.sequence + skipped);
      return { opened, skipped };
    }
    const following = this.following;
    for (let sequence = 0; following !== null && sequence <= most; sequence += 1) {
      const opened = following.cipher.open(record.header, record.body, sequence);
      if (opened === null) continue;
      this.advance();
      this.#accept(sequence);
      return { opened, skipped: sequence === 0 ? 0 : -1 };
    }
    return null;
  }

  #accept(sequence: number): void {
    this.sequence = sequence + 1;
    this.opened += 1;
    this.refused = 0;
  }
}
