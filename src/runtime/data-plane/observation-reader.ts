import type { TrafficEvent } from '../../exchange/event.ts';
import type { ConnectionId, EngineInput, Side } from '../../wire/segment.ts';
import { ByteRing } from './byte-ring.ts';
import { entryKind, segmentHeadBytes } from './observation-entry.ts';

/** Where observations go. */
export interface ObservationSink {
  /** Bytes are valid during the call only. */
  receive(input: EngineInput): void;
  event(event: TrafficEvent): void;
}

/** Reads what one data-plane thread wrote, in its order. */
export class ObservationReader {
  readonly #ring: ByteRing;
  readonly #sink: ObservationSink;
  /** Connections that are open as far as was read. */
  readonly open = new Set<ConnectionId>();
  /** Entries read so far. */
  entries = 0;

  constructor(memory: SharedArrayBuffer, sink: ObservationSink) {
    this.#ring = new ByteRing(memory);
    this.#sink = sink;
  }

  /** Takes entries until so many bytes are read; false where the ring is empty. */
  read(bytesMax: number): boolean {
    for (let taken = 0; taken < bytesMax; ) {
      const size = this.#ring.peek();
      if (size < 0) return false;
      try {
        this.#take(size);
      } finally {
        this.#ring.release();
        this.entries += 1;
      }
      taken += size;
    }
    return true;
  }

  #take(size: number): void {
    const { view, at, bytes } = this.#ring;
    const kind = view.getUint32(at, true);
    switch (kind) {
      case entryKind.clientBytes:
      case entryKind.brokerBytes: {
        const forwardedUs = view.getFloat64(at + 20, true);
        this.#sink.receive({
          kind: 'segment',
          connection: view.getFloat64(at + 4, true),
          from: sideOf(kind === entryKind.clientBytes),
          atUs: view.getFloat64(at + 12, true),
          bytes: bytes.subarray(at + segmentHeadBytes, at + size),
          forwardedUs: Number.isNaN(forwardedUs) ? null : forwardedUs,
        });
        return;
      }
      case entryKind.clientSkipped:
      case entryKind.brokerSkipped:
        this.#sink.receive({
          kind: 'skipped',
          connection: view.getFloat64(at + 4, true),
          from: sideOf(kind === entryKind.clientSkipped),
          atUs: view.getFloat64(at + 12, true),
          frames: view.getFloat64(at + 20, true),
          bytes: view.getFloat64(at + 28, true),
        });
        return;
      default:
        this.#takeRare(kind, Buffer.from(bytes.subarray(at + 4, at + size)).toString('utf8'));
    }
  }

  #takeRare(kind: number, text: string): void {
    if (kind === entryKind.event) {
      this.#sink.event(JSON.parse(text) as TrafficEvent);
      return;
    }
    const input = JSON.parse(text) as EngineInput;
    if (input.kind === 'opened') this.open.add(input.connection);
    else if (input.kind === 'closed') this.open.delete(input.connection);
    this.#sink.receive(input);
  }
}

function sideOf(isClient: boolean): Side {
  return isClient ? 'client' : 'broker';
}
