import { apiVersionsKey, isNewerApiVersions } from '../addons/cap-versions.ts';
import { versionRange } from '../protocol/api-keys.ts';
import { frameBytesMax } from '../wire/frame.ts';
import { headBytesToClientId, int32, RequestHead, scanRequestHead } from './request-head.ts';

/** Who hears what the client asks. */
export interface RequestSink {
  /**
   * A request that begins at `at` of the bytes just received, or in earlier ones when that is negative. `head` is used
   * again for the next. False: it cannot be remembered, and tracking ends.
   */
  requestSeen(head: RequestHead, at: number): boolean;
  /** The last byte of a request came whose head came with earlier bytes. */
  requestEnded(): void;
  /** At `at` something begins that is no request, or not known to be one yet: a raw token, a cut head. */
  otherSeen(at: number): void;
  /**
   * An ApiVersions request newer than we know; the low byte of its version stands at `lowByteAt` of the bytes just
   * received, which may be changed there before they go on.
   */
  newerApiVersions(apiVersion: number, lowByteAt: number): void;
  /** The direction is no Kafka, or too much of it: from here on its bytes have no meaning to the proxy. `otherSeen` came before. */
  requestsLost(reason: string, firstBytes: Uint8Array, sizeBytes: number): void;
}

/** Most bytes of a request's head kept to find its acks: two strings of 32,767 bytes and room for unknown tags. */
export const requestHeadBytesMax = 128 * 1024;

/** API key of what begins a SASL login. */
export const saslHandshakeKey = 17;

/** Where the low byte of the version stands in a frame, size prefix included. */
const versionLowByte = 7;

/** GSSAPI tokens of 0.9 clients come without a handshake and begin with this byte (ASN.1 APPLICATION 0, RFC 2743). */
const gssapiFirstByte = 0x60;

/**
 * Follows the client's bytes, cut anywhere, to learn which responses are due. It sees every frame's head and skips
 * the rest; it holds nothing but a head that was cut. Requests are never changed, so it never delays a byte.
 *
 *   requests ──SaslHandshake v0──► raw tokens ──a frame that reads as a request──► requests
 *       └──impossible size──► over ◄──────────┘
 */
export class RequestTracker {
  readonly #sink: RequestSink;
  readonly #head = new RequestHead();
  /** Bytes of the current frame still to skip. */
  #left = 0;
  #kept: Uint8Array | null = null;
  #keptBytes = 0;
  #neededBytes = 0;
  #frames = 0;
  #rawTokens = false;
  #over = false;
  #newerVersion = 0;

  constructor(sink: RequestSink) {
    this.#sink = sink;
  }

  /** True between an old SaslHandshake (v0) and the next real request. */
  get rawTokens(): boolean {
    return this.#rawTokens;
  }

  /** True at a frame's border: nothing of a request is under way. */
  get atFrameBorder(): boolean {
    return this.#left === 0 && this.#keptBytes === 0;
  }

  /** Bytes until that border, as far as they are known: the rest of the frame, or of its size prefix. */
  get frameBytesLeft(): number {
    if (this.#kept === null || this.#keptBytes === 0) return this.#left;
    if (this.#keptBytes < 4) return 4 - this.#keptBytes;
    return Math.max(int32(this.#kept, 0) + 4 - this.#keptBytes, 0);
  }

  receive(bytes: Uint8Array): void {
    let at = 0;
    const end = bytes.length;
    while (at < end && !this.#over) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, end - at);
        this.#left -= skipped;
        at += skipped;
        if (this.#left === 0) this.#sink.requestEnded();
      } else if (this.#keptBytes > 0) {
        at = this.#continueHead(bytes, at, end);
      } else {
        if (end - at > versionLowByte && this.#isNewerApiVersions(bytes, at)) {
          this.#sink.newerApiVersions(this.#newerVersion, at + versionLowByte);
        }
        const needed = scanRequestHead(bytes, at, end, this.#head);
        if (needed > 0 && !this.#pointless(needed)) {
          this.#sink.otherSeen(at);
          this.#keep(bytes, at, end, needed);
          return;
        }
        at = this.#take(bytes, at, end - at, at, end, at);
      }
    }
  }

  /** Stops: the other direction turned out to have no frames. */
  stop(): void {
    this.#over = true;
    this.#kept = null;
    this.#keptBytes = 0;
  }

  /** True when more of the head is not waited for: the size alone says this is no request, or the head is endless. */
  #pointless(needed: number): boolean {
    if (needed > requestHeadBytesMax) return true;
    return needed > 4 && (this.#head.sizeBytes < 0 || this.#head.sizeBytes > frameBytesMax);
  }

  #keep(bytes: Uint8Array, at: number, end: number, needed: number): void {
    this.#kept = new Uint8Array(Math.max(needed, headBytesToClientId, end - at));
    this.#kept.set(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    this.#keptBytes = end - at;
    this.#neededBytes = needed;
  }

  #continueHead(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end) {
      const taken = Math.min(this.#neededBytes - this.#keptBytes, end - at);
      const before = this.#keptBytes;
      const kept = this.#room(before + taken);
      kept.set(bytes.subarray(at, at + taken), before);
      this.#keptBytes += taken;
      const completesVersion = before <= versionLowByte && before + taken > versionLowByte;
      if (completesVersion && this.#isNewerApiVersions(kept, 0)) {
        this.#sink.newerApiVersions(this.#newerVersion, at + versionLowByte - before);
      }
      at += taken;
      if (this.#keptBytes < this.#neededBytes) return at;
      const needed = scanRequestHead(kept, 0, this.#keptBytes, this.#head);
      if (needed === 0 || this.#pointless(needed)) {
        const have = this.#keptBytes;
        this.#keptBytes = 0;
        this.#kept = null;
        this.#take(kept, 0, have, 0, have, -1);
        return at;
      }
      this.#neededBytes = needed;
    }
    return at;
  }

  /** Looks at a head of which size, key and version are there. Raw tokens have neither key nor version. */
  #isNewerApiVersions(bytes: Uint8Array, at: number): boolean {
    if (bytes[at + 5] !== apiVersionsKey || bytes[at + 4] !== 0 || this.#rawTokens) return false;
    const sizeBytes = int32(bytes, at);
    this.#newerVersion = ((bytes[at + 6] ?? 0) << 8) | (bytes[at + versionLowByte] ?? 0);
    return sizeBytes >= 8 && sizeBytes <= frameBytesMax && isNewerApiVersions((this.#newerVersion << 16) >> 16);
  }

  #room(bytesNeeded: number): Uint8Array {
    const kept = this.#kept;
    if (kept !== null && kept.length >= bytesNeeded) return kept;
    const grown = new Uint8Array(Math.max(bytesNeeded, this.#neededBytes));
    if (kept !== null) grown.set(kept.subarray(0, this.#keptBytes));
    this.#kept = grown;
    return grown;
  }

  /** Acts on the head just read; `have` bytes of its frame are there from `start`. Returns where the next frame is. */
  #take(bytes: Uint8Array, start: number, have: number, at: number, end: number, shownAt: number): number {
    const head = this.#head;
    const frameBytes = head.sizeBytes + 4;
    if (!this.#understand(bytes, start, end, shownAt)) {
      this.#over = true;
      return end;
    }
    this.#frames += 1;
    if (frameBytes > have) {
      this.#left = frameBytes - have;
      return end;
    }
    return at + frameBytes;
  }

  #understand(bytes: Uint8Array, start: number, end: number, shownAt: number): boolean {
    const head = this.#head;
    if (head.sizeBytes < 0 || head.sizeBytes > frameBytesMax) {
      this.#sink.otherSeen(shownAt);
      return this.#lose('the announced frame size is impossible', bytes.subarray(start, end), head.sizeBytes);
    }
    if (this.#frames === 0 && head.sizeBytes >= 12 && bytes[start + 4] === gssapiFirstByte) this.#rawTokens = true;
    if (this.#rawTokens) {
      if (!this.#readsAsRequest()) {
        this.#sink.otherSeen(shownAt);
        return true;
      }
      this.#rawTokens = false;
    }
    if (head.sizeBytes < 8) {
      this.#sink.otherSeen(shownAt);
      return this.#lose('a request of fewer than 8 bytes has no header', bytes.subarray(start, end), head.sizeBytes);
    }
    if (head.apiKey === saslHandshakeKey && head.apiVersion === 0) this.#rawTokens = true;
    if (this.#sink.requestSeen(head, shownAt)) return true;
    return this.#lose('too many requests are in flight', bytes.subarray(start, end), head.sizeBytes);
  }

  /** PROTOCOL §4.11: the end of a raw token exchange has no marker but the first frame that reads as a request. */
  #readsAsRequest(): boolean {
    const head = this.#head;
    if (head.sizeBytes < 10 || !head.clientIdFits) return false;
    const versions = versionRange(head.apiKey);
    return versions !== null && head.apiVersion >= versions.min && head.apiVersion <= versions.max;
  }

  #lose(reason: string, firstBytes: Uint8Array, sizeBytes: number): false {
    this.#sink.requestsLost(reason, firstBytes, sizeBytes);
    return false;
  }
}
