import type { Packet } from './packet.ts';

/** TLS secrets a capture carries about itself (pcapng Decryption Secrets Block), kept for the decrypter. */
export interface CaptureSecrets {
  /** Secrets type of the block; 0x544c534b is an NSS key log. */
  readonly secretsType: number;
  readonly bytes: Uint8Array;
}

/**
 * A file format, bytes in and packets out. Like h11, `push` only stores and `next` parses. `next` and `end` throw
 * `CaptureError` where the file contradicts itself; packets given before stay valid.
 */
export interface PacketReader {
  push(chunk: Uint8Array): void;
  /** Fills `packet` with the next one; false when more bytes are needed. */
  next(packet: Packet): boolean;
  /** The file is over: throws when it ends inside a record. */
  end(): void;
  readonly secrets: readonly CaptureSecrets[];
}
