import { uint32 } from './big-endian.ts';
import { CaptureError } from './capture-error.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import { HostNames } from './host-names.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { Packet } from './packet.ts';
import { PcapFile, pcapFlavour } from './pcap-file.ts';
import { PcapngFile, sectionHeaderBlock } from './pcapng-file.ts';
import type { CaptureSecrets, PacketReader } from './types.ts';

const magicBytes = 4;

/** Reads a capture of any known format: the first four bytes decide which. */
export class CaptureReader implements PacketReader {
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #names: HostNames;
  readonly #start = new ChunkBuffer();
  #reader: PacketReader | null = null;

  /** `names` takes what the capture calls hosts; several readers may share one. */
  constructor(limits: CaptureLimits, counter: LimitCounter, names: HostNames = new HostNames(limits, counter)) {
    this.#names = names;
    this.#limits = limits;
    this.#counter = counter;
  }

  get secrets(): readonly CaptureSecrets[] {
    return this.#reader?.secrets ?? [];
  }

  push(chunk: Uint8Array): void {
    if (this.#reader !== null) {
      this.#reader.push(chunk);
      return;
    }
    this.#start.push(chunk);
    const magic = this.#start.peek(magicBytes);
    if (magic === null) return;
    this.#reader = this.#open(magic);
    const rest = this.#start.take(this.#start.available);
    if (rest !== null) this.#reader.push(rest);
  }

  next(packet: Packet): boolean {
    return this.#reader?.next(packet) ?? false;
  }

  settle(): void {
    if (this.#reader === null) this.#start.settle();
    else this.#reader.settle();
  }

  finish(): void {
    this.#reader?.finish();
  }

  end(): void {
    if (this.#reader !== null) {
      this.#reader.end();
      return;
    }
    if (this.#start.available === 0) {
      throw new CaptureError(
        'KS_CAPTURE_EMPTY',
        'the capture is empty (0 bytes): did the capturing program stop before its first packet, or write elsewhere?',
      );
    }
    throw unknownFormat(this.#start.take(this.#start.available) ?? new Uint8Array(0));
  }

  #open(magic: Uint8Array): PacketReader {
    const number = uint32(magic, 0);
    const flavour = pcapFlavour(number);
    if (flavour !== null) return new PcapFile(flavour, this.#limits, this.#counter);
    if (number === sectionHeaderBlock) return new PcapngFile(this.#limits, this.#counter, this.#names);
    throw unknownFormat(magic);
  }
}

/** libpcap variants that wrote other record headers under a magic of their own; telling beats guessing. */
const foreignMagics: ReadonlyMap<number, string> = new Map([
  [0xa1b2cd34, 'a pcap of the patched libpcap of 1999'],
  [0x34cdb2a1, 'a pcap of the patched libpcap of 1999'],
  [0x736e6f6f, 'a snoop file'],
  [0x52545353, 'a NetMon file'],
  [0x474d4255, 'a NetMon 2 file'],
  [0x504b0304, 'a zip archive'],
  [0xfd377a58, 'an xz-compressed file'],
  [0x425a6839, 'a bzip2-compressed file'],
]);

function unknownFormat(first: Uint8Array): CaptureError {
  const hex = Buffer.from(first.subarray(0, magicBytes)).toString('hex');
  const name = first.length >= magicBytes ? foreignMagics.get(uint32(first, 0)) : undefined;
  const what = name === undefined ? 'not a capture' : `${name}, not a capture this program reads`;
  return new CaptureError(
    'KS_CAPTURE_UNKNOWN_FORMAT',
    `${what} (first bytes ${hex}): give a pcap or pcapng file, plain, .gz or .zst, such as \`tcpdump -w\` writes; others convert with \`editcap -F pcapng\``,
    { offset: 0 },
  );
}
