import type { EngineEvent } from '../../exchange/event.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { closingOf, messageOf, openingOf } from './entries.ts';
import { PcapngRecording } from './recording.ts';
import { TimeOrder } from './time-order.ts';
import type { RecordingEntry, RecordingOptions } from './types.ts';

/** Bytes of frames held to write a capture's exchanges in order of time; beyond it the order is nearly kept. */
export const exportOrderBytesMax = 64 * 1024 * 1024;

/** Writes the exchanges it is given, complete ones, as a pcapng file: the work of `export` without its files. */
export class CaptureExport {
  readonly #recording: PcapngRecording;
  readonly #order: TimeOrder;
  readonly #opened = new Set<number>();
  #exchanges = 0;
  #responses = 0;
  #bytes = 0;

  constructor(options: RecordingOptions, orderBytesMax = exportOrderBytesMax) {
    this.#recording = new PcapngRecording(options);
    this.#order = new TimeOrder(orderBytesMax);
    this.#recording.beginFile();
  }

  /** Exchanges taken so far. */
  get exchanges(): number {
    return this.#exchanges;
  }

  /** Bytes of the file so far, taken or not. */
  get bytes(): number {
    return this.#bytes + this.#recording.length;
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#recording.length;
  }

  /** A copy of the blocks since the last call. */
  take(): Uint8Array {
    const bytes = this.#recording.written().slice();
    this.#recording.clear();
    this.#bytes += bytes.length;
    return bytes;
  }

  /** An event, or an exchange that is wanted. Frames still in flight are written when their exchange is complete. */
  receive(event: EngineEvent): void {
    if (event.kind === 'completed') this.#exchange(event.exchange);
    else if (event.kind === 'event' && event.event === 'connection-closed' && event.connection !== null) {
      if (!this.#opened.delete(event.connection)) return;
      const closing = closingOf(event);
      if (closing !== null) this.#add(closing, 0);
    }
  }

  /** Everything was received. */
  end(): void {
    for (let entry = this.#order.last(); entry !== undefined; entry = this.#order.last()) this.#recording.take(entry);
    this.#recording.endFile(0);
  }

  #exchange(exchange: Exchange): void {
    const { connection } = exchange;
    this.#exchanges += 1;
    if (!this.#opened.has(connection.id)) {
      this.#opened.add(connection.id);
      this.#add(openingOf(connection), 0);
    }
    // Copies: what the engine keeps lies in slabs of a megabyte, which a few frames would hold as a whole.
    const request = messageOf(exchange, 'request', (bytes) => new Uint8Array(bytes));
    if (request !== null) this.#add(request, exchange.seq);
    const response = messageOf(exchange, 'response', (bytes) => new Uint8Array(bytes));
    this.#responses += 1;
    if (response !== null) this.#add(response, this.#responses);
  }

  #add(entry: RecordingEntry, order: number): void {
    this.#order.add(entry, order);
    for (let next = this.#order.next(); next !== undefined; next = this.#order.next()) this.#recording.take(next);
  }
}
