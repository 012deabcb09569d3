import { formatIp } from '../wire/ip-address.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';

/** Types of a record of a pcapng Name Resolution Block; others (Ethernet addresses) are passed over. */
const recordEnd = 0;
const recordIpv4 = 1;
const recordIpv6 = 2;

/** Longest name in characters; DNS has no longer ones (RFC 1035). */
const nameCharactersMax = 255;

/** What captures call hosts by themselves (pcapng Name Resolution Block). */
export class HostNames {
  readonly #names = new Map<string, string>();
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;

  constructor(limits: CaptureLimits, counter: LimitCounter) {
    this.#limits = limits;
    this.#counter = counter;
  }

  /** Reads records of a block, from `at` to `end`; a record that runs past the block ends it. */
  read(bytes: Uint8Array, at: number, end: number, littleEndian: boolean): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let record = at; record + 4 <= end; ) {
      const type = view.getUint16(record, littleEndian);
      const length = view.getUint16(record + 2, littleEndian);
      const start = record + 4;
      if (type === recordEnd || start + length > end) return;
      const addressBytes = type === recordIpv4 ? 4 : type === recordIpv6 ? 16 : 0;
      if (addressBytes > 0 && length > addressBytes) {
        this.#add(bytes.subarray(start, start + addressBytes), bytes.subarray(start + addressBytes, start + length));
      }
      record = start + ((length + 3) & ~3);
    }
  }

  /** The names by address, as text without port or brackets. */
  list(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#names);
  }

  /** Of several names of an address the first counts: it is the one that captures were made with. */
  #add(address: Uint8Array, names: Uint8Array): void {
    const zero = names.indexOf(0);
    const name = Buffer.from(zero < 0 ? names : names.subarray(0, zero)).toString('utf8');
    const key = formatIp(address);
    if (name === '' || this.#names.has(key)) return;
    if (this.#names.size >= this.#limits.hostNamesMax || name.length > nameCharactersMax) {
      this.#counter.reached('hostNamesMax');
      return;
    }
    this.#names.set(key, name);
  }
}
