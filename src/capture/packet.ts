/** Why a packet carried nothing for us. The words are keys of `CaptureStats.skippedPackets`. */
export type SkipReason =
  /** A link type without a file in `link/`. */
  | 'unsupported-link-type'
  /** ARP, LLDP, STP … */
  | 'not-ip'
  /** UDP, ICMP, ESP … */
  | 'not-tcp'
  /** A piece of an IP packet whose other pieces are missing. */
  | 'ip-fragment'
  /** The capture's snaplen cut the packet inside its headers. */
  | 'cut-headers'
  /** A header contradicts itself. */
  | 'malformed-headers';

const noBytes = new Uint8Array(0);

/**
 * One captured packet and what each layer found in it. A single object is filled again for every packet (a capture
 * has millions), so nobody may keep it, nor a view of its bytes.
 */
export class Packet {
  /** What holds the packet: a piece of the file. The packet itself is `start` (its link header) to `end`, exclusive. */
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;
  /** LINKTYPE_ number of the interface (tcpdump.org/linktypes). */
  linkType = 0;
  /** Time of capture, epoch microseconds. */
  atUs = 0;
  /** Length on the wire; larger than what was captured when the snaplen cut it. */
  originalBytes = 0;

  /** Where the network header starts, and its EtherType. Set by the link layer. */
  networkStart = 0;
  etherType = 0;

  /** Offsets of the two addresses (4 bytes each, 16 for IPv6). Set by IP. */
  addressBytes: 4 | 16 = 4;
  sourceAddressAt = 0;
  destinationAddressAt = 0;
  /** Number of the transport protocol, and where IPv6's fragment header is; the latter of a fragment only. */
  protocol = 0;
  fragmentAt = 0;
  transportStart = 0;
  /** Where the IP packet ends on the wire: behind it is only padding; may lie beyond `end`. */
  transportEnd = 0;

  /** Set by TCP. */
  sourcePort = 0;
  destinationPort = 0;
  /** Both as signed 32-bit numbers: they are only ever compared modulo 2³², and larger ones would be objects. */
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  /** The receive window as sent, unscaled. */
  window = 0;
  payloadStart = 0;
  /** Payload length on the wire, whether captured or not. */
  payloadBytes = 0;

  /** Begins a new packet: the bytes from `start` to `end`, not a view of them, because a view costs an object. */
  reset(
    bytes: Uint8Array,
    linkType: number,
    atUs: number,
    originalBytes: number,
    start: number = 0,
    end: number = bytes.length,
  ): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.linkType = linkType;
    this.atUs = atUs;
    const capturedBytes = end - start;
    this.originalBytes = originalBytes > capturedBytes ? originalBytes : capturedBytes;
  }

  /** A view of the captured bytes from the link header on. */
  get captured(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }
}
