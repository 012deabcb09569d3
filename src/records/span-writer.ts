import type { ByteView, FieldSpan, FieldValue } from '../protocol/field-span.ts';
import { Reader } from '../wire/reader.ts';

/** What the spans of one message may cost. */
export interface SpanLimits {
  /** Most spans made; the rest is counted as omitted. */
  readonly spansMax: number;
  /** Most bytes kept of one view; spans end where its bytes end. */
  readonly viewBytesMax: number;
  /** Most bytes kept of all views together; what would exceed them is not uncompressed. */
  readonly viewsBytesMax: number;
}

/** Limits of the message on screen: enough to scroll through, small enough to cross a thread. */
export const spanLimits: SpanLimits = Object.freeze({
  spansMax: 20_000,
  viewBytesMax: 256 * 1024,
  viewsBytesMax: 2 * 1024 * 1024,
});

/** What is spent of the limits, over all writers of one message. */
export class SpanBudget {
  readonly limits: SpanLimits;
  made = 0;
  omitted = 0;
  readonly views: ByteView[] = [];
  viewsBytesLeft: number;

  constructor(limits: Partial<SpanLimits> = {}) {
    this.limits = { ...spanLimits, ...limits };
    this.viewsBytesLeft = this.limits.viewsBytesMax;
  }

  get full(): boolean {
    return this.made >= this.limits.spansMax;
  }
}

interface OpenSpan {
  readonly name: string;
  readonly type: string;
  readonly start: number;
  readonly kept: boolean;
  readonly path: string;
  readonly siblings: FieldSpan[];
}

/**
 * Makes the span tree of bytes while they are read. Containers are opened and closed; one that is still open when
 * reading fails is closed where reading stopped, so that hostile bytes leave the prefix that made sense.
 */
export class SpanWriter {
  /** Reads the bytes; its failure is the failure of what is being read now. */
  reader: Reader;
  readonly budget: SpanBudget;
  readonly #open: OpenSpan[] = [];
  #children: FieldSpan[] = [];
  #path: string;
  #view: number | undefined;

  constructor(bytes: Uint8Array, path: string, budget: SpanBudget, start = 0, end = bytes.length) {
    this.reader = new Reader(bytes, start, end);
    this.#path = path;
    this.budget = budget;
  }

  /** The spans at the level where the writer stands: the roots, once everything is closed. */
  get spans(): FieldSpan[] {
    return this.#children;
  }

  /** True when no further span will be kept. */
  get full(): boolean {
    return this.budget.full;
  }

  /** Path of the container that is open. */
  get path(): string {
    return this.#path;
  }

  /** Counts spans that will not be made. */
  omit(count: number): void {
    this.budget.omitted += count;
  }

  /** Adds a span without children, from `start` to where the reader stands. */
  leaf(name: string, type: string, value: FieldValue, note: string | null, start: number): void {
    if (!this.#spend()) return;
    const path = pathOf(this.#path, name);
    this.#children.push(this.#span(name, path, type, value, note, start, this.reader.position, []));
  }

  /** Begins a container at `start`; every `open` has its `close`. */
  open(name: string, type: string, start = this.reader.position): void {
    const path = pathOf(this.#path, name);
    this.#open.push({ name, type, start, kept: this.#spend(), path: this.#path, siblings: this.#children });
    this.#path = path;
    this.#children = [];
  }

  /** Ends the innermost container where the reader stands. */
  close(note: string | null = null, value: FieldValue = undefined): void {
    const span = this.#open.pop();
    if (span === undefined) return;
    const children = this.#children;
    const path = this.#path;
    this.#children = span.siblings;
    this.#path = span.path;
    if (!span.kept) return;
    this.#children.push(
      this.#span(span.name, path, span.type, value, note, span.start, this.reader.position, children),
    );
  }

  /**
   * Lets `read` read `[start, end)` of the same bytes as children of the open container. Gives the reader it used; its
   * failure stays there, and the outer reader stands where it stood.
   */
  within(start: number, end: number, read: () => void): Reader {
    return this.#aside(new Reader(this.reader.bytes, start, end), this.#view, read);
  }

  /** The same for bytes that are not part of the message; null when the views may not grow by them. */
  inView(name: string, bytes: Uint8Array, read: (keptBytes: number) => void): Reader | null {
    const kept = Math.min(bytes.length, this.budget.limits.viewBytesMax);
    if (kept > this.budget.viewsBytesLeft || this.full) return null;
    this.budget.viewsBytesLeft -= kept;
    // A copy: the uncompressed bytes may be a view of a larger buffer, and this one crosses a thread.
    const view = this.budget.views.push({ name, bytes: bytes.slice(0, kept) }) - 1;
    return this.#aside(new Reader(bytes), view, () => read(kept));
  }

  /** Takes over spans that were made of `bytes[start, …)` as if it were a message of its own. */
  adopt(spans: readonly FieldSpan[], start: number): void {
    for (const span of spans) this.#children.push(this.#moved(span, start));
  }

  #moved(span: FieldSpan, by: number): FieldSpan {
    this.budget.made += 1;
    const path = pathOf(this.#path, span.path);
    const children = span.children.map((child) => this.#moved(child, by));
    return this.#span(span.name, path, span.type, span.value, span.note, span.start + by, span.end + by, children);
  }

  #aside(reader: Reader, view: number | undefined, read: () => void): Reader {
    const outer = this.reader;
    const outerView = this.#view;
    const depth = this.#open.length;
    this.reader = reader;
    this.#view = view;
    read();
    while (this.#open.length > depth) this.close();
    this.reader = outer;
    this.#view = outerView;
    return reader;
  }

  #spend(): boolean {
    if (this.budget.full) {
      this.budget.omitted += 1;
      return false;
    }
    this.budget.made += 1;
    return true;
  }

  #span(
    name: string,
    path: string,
    type: string,
    value: FieldValue,
    note: string | null,
    start: number,
    end: number,
    children: FieldSpan[],
  ): FieldSpan {
    const span = { name, path, type, value, note: note === null ? null : singleLine(note), start, end, children };
    return this.#view === undefined ? span : { ...span, view: this.#view };
  }
}

function pathOf(owner: string, name: string): string {
  if (owner === '') return name;
  return name.startsWith('[') ? owner + name : `${owner}.${name}`;
}

/** Notes may quote what hostile bytes say: control characters would reach a terminal. */
function singleLine(note: string): string {
  for (let at = 0; at < note.length; at += 1) {
    const code = note.charCodeAt(at);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return withoutControls(note);
  }
  return note;
}

function withoutControls(note: string): string {
  let text = '';
  for (const character of note) {
    const code = character.charCodeAt(0);
    text += code < 0x20 || (code >= 0x7f && code < 0xa0) ? '\ufffd' : character;
  }
  return text;
}
