import type { Side } from '../../wire/segment.ts';
import type { BlockWriter } from './block-writer.ts';
import { type Endpoint, parseEndpoint, sameFamily } from './endpoint.ts';
import { segmentBytesMax } from './limits.ts';
import { tcpFlag, writeSegment } from './packet-writer.ts';
import type { RecordedMessage } from './types.ts';

const prefixBytes = 4;
/** Odd, so that neighbouring connections begin far apart (Knuth's multiplicative hash). */
const sequenceStride = 2_654_435_761;

/**
 * One connection as TCP/IP: a handshake, segments, an end. The kernel's own packets never reached us, so these are
 * made up: one segment where the frame came in one piece, several where it took time or exceeds a packet; a side
 * acknowledges with its next message.
 */
export class TcpConversation {
  readonly #client: Endpoint;
  readonly #broker: Endpoint;
  /** Sequence number of the next byte of each side. */
  #clientNext: number;
  #brokerNext: number;
  /** The file at hand has its handshake. */
  #begun = false;
  #packets = 0;
  readonly #comment: Uint8Array | null;
  #continued = false;

  /** `number` tells the initial sequence numbers of connections between the same ports apart. */
  constructor(number: number, client: string, broker: string, comment: Uint8Array | null) {
    const [first, second] = sameFamily(parseEndpoint(client), parseEndpoint(broker));
    this.#client = first;
    this.#broker = second;
    this.#comment = comment;
    this.#clientNext = Number((BigInt(number) * BigInt(sequenceStride)) & 0xffffffffn);
    this.#brokerNext = (this.#clientNext ^ 0x5555_5555) >>> 0;
  }

  /** Packets written so far, in all files. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * A new file begins: the next packet there is preceded by a handshake whose sequence numbers lead on to it, so that
   * the file reads as a connection of its own, and joined to the file before as the same one.
   */
  continueInNewFile(): void {
    if (!this.#begun) return;
    this.#begun = false;
    this.#continued = true;
  }

  /** SYN, SYN-ACK, ACK; nothing where the file has them already. */
  open(blocks: BlockWriter, atUs: number): void {
    if (this.#begun) return;
    this.#begun = true;
    // A SYN takes one number. A connection that goes on in another file already spent it.
    const back = this.#continued ? 1 : 0;
    this.#clientNext = (this.#clientNext - back) >>> 0;
    this.#brokerNext = (this.#brokerNext - back) >>> 0;
    const note = this.#continued ? continuedComment(this.#comment) : this.#comment;
    this.#send(blocks, 'client', tcpFlag.syn, atUs, 0, null, null, note);
    this.#clientNext = (this.#clientNext + 1) >>> 0;
    this.#send(blocks, 'broker', tcpFlag.syn | tcpFlag.ack, atUs, 0, null, null, null);
    this.#brokerNext = (this.#brokerNext + 1) >>> 0;
    this.#send(blocks, 'client', tcpFlag.ack, atUs, 0, null, null, null);
  }

  /** A frame with its size prefix; the comment stands on its last packet, where readers put the frame together. */
  message(blocks: BlockWriter, message: RecordedMessage, comment: Uint8Array | null): void {
    const { from, atUs, lastByteUs, sizeBytes, bytes } = message;
    this.open(blocks, atUs);
    const wireBytes = prefixBytes + sizeBytes;
    const heldBytes = prefixBytes + bytes.length;
    const prefix = new Uint8Array(prefixBytes);
    new DataView(prefix.buffer).setInt32(0, sizeBytes);
    // A frame that took time begins and ends with packets of its own.
    const count = Math.max(Math.ceil(wireBytes / segmentBytesMax), lastByteUs > atUs ? 2 : 1);
    const share = Math.ceil(wireBytes / count);
    for (let index = 0; index < count; index += 1) {
      const start = index * share;
      const end = Math.min(wireBytes, start + share);
      const isLast = index === count - 1;
      const segmentUs = count === 1 ? atUs : atUs + Math.floor(((lastByteUs - atUs) * index) / (count - 1));
      const held = bytes.subarray(
        Math.max(0, start - prefixBytes),
        Math.max(0, Math.min(end, heldBytes) - prefixBytes),
      );
      const flags = tcpFlag.ack | (isLast ? tcpFlag.psh : 0);
      this.#send(
        blocks,
        from,
        flags,
        segmentUs,
        end - start,
        index === 0 ? prefix : null,
        held,
        isLast ? comment : null,
      );
    }
  }

  /** FIN from both sides, or the reset of one. */
  close(blocks: BlockWriter, atUs: number, reset: Side | null, comment: Uint8Array | null): void {
    this.open(blocks, atUs);
    if (reset !== null) {
      this.#send(blocks, reset, tcpFlag.rst | tcpFlag.ack, atUs, 0, null, null, comment);
      return;
    }
    this.#send(blocks, 'client', tcpFlag.fin | tcpFlag.ack, atUs, 0, null, null, comment);
    this.#clientNext = (this.#clientNext + 1) >>> 0;
    this.#send(blocks, 'broker', tcpFlag.fin | tcpFlag.ack, atUs, 0, null, null, null);
    this.#brokerNext = (this.#brokerNext + 1) >>> 0;
    this.#send(blocks, 'client', tcpFlag.ack, atUs, 0, null, null, null);
  }

  #send(
    blocks: BlockWriter,
    from: Side,
    flags: number,
    atUs: number,
    wireBytes: number,
    prefix: Uint8Array | null,
    payload: Uint8Array | null,
    comment: Uint8Array | null,
  ): void {
    const isClient = from === 'client';
    const facts = {
      source: isClient ? this.#client : this.#broker,
      destination: isClient ? this.#broker : this.#client,
      sequence: isClient ? this.#clientNext : this.#brokerNext,
      acknowledgment: (flags & tcpFlag.ack) === 0 ? 0 : isClient ? this.#brokerNext : this.#clientNext,
      flags,
      atUs,
      wireBytes,
      comment,
    };
    writeSegment(blocks, facts, prefix, payload);
    this.#packets += 1;
    if (isClient) this.#clientNext = (this.#clientNext + wireBytes) >>> 0;
    else this.#brokerNext = (this.#brokerNext + wireBytes) >>> 0;
  }
}

function continuedComment(comment: Uint8Array | null): Uint8Array {
  const note = 'goes on from the file before';
  return Buffer.from(comment === null ? note : `${note}; ${Buffer.from(comment).toString()}`);
}
