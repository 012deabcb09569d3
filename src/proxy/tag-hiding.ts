import { hiddenTag } from '../addons/rewrite-addresses.ts';
import { addressLayout } from '../protocol/locate-addresses.ts';
import { StreamWalk, type StreamWalkState } from '../protocol/stream-walk.ts';

/** One large response walked while it streams by, to hide the tag with broker addresses that stands last in it. */
export class TagHiding {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly #walk: StreamWalk;
  /** Bytes of the frame still to come. */
  left: number;

  private constructor(apiKey: number, apiVersion: number, walk: StreamWalk, sizeBytes: number) {
    this.apiKey = apiKey;
    this.apiVersion = apiVersion;
    this.#walk = walk;
    this.left = sizeBytes;
  }

  /** Null when the layout of this version has no such tag. */
  static of(apiKey: number, apiVersion: number, sizeBytes: number): TagHiding | null {
    const layout = addressLayout(apiKey, apiVersion);
    if (layout.kind !== 'listed') return null;
    return new TagHiding(
      apiKey,
      apiVersion,
      new StreamWalk(layout.header, layout.body, layout.tag, sizeBytes),
      sizeBytes,
    );
  }

  /** Walks on over `bytes` from `start`, no further than `end` and the frame's own end; `at` says where it stopped. */
  feed(bytes: Uint8Array, start: number, end: number): StreamWalkState {
    const state = this.#walk.feed(bytes, start, Math.min(end, start + this.left));
    this.left -= this.#walk.at - start;
    return state;
  }

  /** Where in the bytes fed last the walk stopped: behind the tag number, when it found that. */
  get at(): number {
    return this.#walk.at;
  }

  /** What the last byte of the tag number becomes. Written in several bytes (0x80 0x00) it becomes 0x80 0x01. */
  get hiddenByte(): number {
    return this.#walk.tagBytes === 1 ? hiddenTag : 1;
  }
}
