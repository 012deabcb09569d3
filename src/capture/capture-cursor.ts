import { CaptureError } from './capture-error.ts';
import { CaptureReader } from './capture-reader.ts';
import { decompress } from './decompress.ts';
import type { HostNames } from './host-names.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import { Packet } from './packet.ts';
import { type KeyLog, keyLogSecretsType } from './tls/key-log.ts';
import type { ByteSource, CaptureSecrets } from './types.ts';

/** One capture file read packet by packet, so that several can be merged by time. */
export class CaptureCursor {
  /** The packet at the cursor; its bytes hold until the cursor moves. */
  readonly packet = new Packet();
  readonly name: string;
  /** Bytes read from the file so far, compressed as they are. */
  fileBytes = 0;
  readonly #source: ByteSource;
  readonly #reader: CaptureReader;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #keyLog: KeyLog;
  #secretsTaken = 0;

  constructor(
    name: string,
    source: ByteSource,
    limits: CaptureLimits,
    counter: LimitCounter,
    keyLog: KeyLog,
    names?: HostNames,
  ) {
    this.name = name;
    this.#source = source;
    this.#keyLog = keyLog;
    this.#reader = new CaptureReader(limits, counter, names);
    this.#chunks = decompress(this.#count(source.chunks))[Symbol.asyncIterator]();
  }

  get secrets(): readonly CaptureSecrets[] {
    return this.#reader.secrets;
  }

  /** Moves on within what is read already; false when more must be read first. */
  advance(): boolean {
    if (!this.#reader.next(this.packet)) return false;
    if (this.#reader.secrets.length > this.#secretsTaken) this.#learn();
    return true;
  }

  /** Moves on, reading as much as that takes; false at the end of the file. Throws `CaptureError` where it is damaged. */
  async read(): Promise<boolean> {
    while (!this.advance()) {
      this.#reader.settle();
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.#reader.finish();
        if (this.advance()) return true;
        this.#reader.end();
        return false;
      }
      this.#reader.push(value);
    }
    return true;
  }

  close(): void {
    this.#source.close();
  }

  async *#count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.fileBytes += chunk.length;
      yield chunk;
    }
  }

  #learn(): void {
    for (const { secretsType, bytes } of this.#reader.secrets.slice(this.#secretsTaken)) {
      if (secretsType === keyLogSecretsType) this.#keyLog.add(Buffer.from(bytes).toString('latin1'));
    }
    this.#secretsTaken = this.#reader.secrets.length;
  }
}

/** The error of one file among several, with the file's name in front of its sentence. */
export function errorOfFile(name: string, error: CaptureError): CaptureError {
  if (error.message.includes(name)) return error;
  return new CaptureError(error.code, `${name}: ${error.message}`, { cause: error });
}
