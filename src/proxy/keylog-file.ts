import { closeSync, openSync, writeSync } from 'node:fs';
import { systemErrorCode } from '../wire/system-error.ts';
import { ProxyError } from './proxy-error.ts';

/**
 * Appends TLS secrets in the format of SSLKEYLOGFILE (RFC 9850), which Wireshark and `analyze --keylog` read. Written
 * at once: a handshake is rare, and a capture is of no use without its last keys.
 */
export class KeylogFile {
  readonly #path: string;
  readonly #failed: (message: string) => void;
  #descriptor: number | null;

  /** Throws a `ProxyError` when the file cannot be written. */
  constructor(path: string, failed: (message: string) => void) {
    this.#path = path;
    this.#failed = failed;
    try {
      this.#descriptor = openSync(path, 'a', 0o600);
    } catch (error) {
      throw new ProxyError(
        'invalid-option',
        `--keylog: cannot write ${path} (${systemErrorCode(error)}); name a file in a folder that can be written.`,
        { cause: error },
      );
    }
  }

  /** One line with its newline, as Node's `keylog` event brings it. A full disk stops the log, never the traffic. */
  readonly write = (line: Uint8Array): void => {
    if (this.#descriptor === null) return;
    try {
      writeSync(this.#descriptor, line);
    } catch (error) {
      this.close();
      this.#failed(`${this.#path} cannot be written any more (${systemErrorCode(error)}); the key log ends here.`);
    }
  };

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
