/** Words that all threads share, ahead of one word for each thread. */
const idWord = 0;
const loopWord = 1;
const sleepWord = 2;
const fixedWords = 3;

/** Memory for the state of so many threads. */
export function newStateMemory(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer((fixedWords + threads) * 4);
}

/** The few numbers that data-plane threads and their reader must agree on at once. */
export class SharedState {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** From 1, never twice. */
  nextConnectionId(): number {
    return (Atomics.add(this.#words, idWord, 1) + 1) >>> 0;
  }

  noteLoop(): void {
    Atomics.store(this.#words, loopWord, 1);
  }

  get looped(): boolean {
    return Atomics.load(this.#words, loopWord) === 1;
  }

  /** Tells how many connections a thread holds. */
  setOpen(thread: number, count: number): void {
    Atomics.store(this.#words, fixedWords + thread, count);
  }

  /** Connections that all threads hold, but for one of them where it is named. */
  open(except = -1): number {
    let sum = 0;
    for (let word = fixedWords; word < this.#words.length; word += 1) {
      if (word !== fixedWords + except) sum += Atomics.load(this.#words, word);
    }
    return sum;
  }

  /** The reader says that it sleeps. It must look once more at all rings afterwards. */
  sleep(): void {
    Atomics.store(this.#words, sleepWord, 1);
  }

  /** The reader is awake by itself. */
  awake(): void {
    Atomics.store(this.#words, sleepWord, 0);
  }

  /** True for the one writer that has to wake the reader. */
  mustWake(): boolean {
    if (Atomics.load(this.#words, sleepWord) === 0) return false;
    return Atomics.compareExchange(this.#words, sleepWord, 1, 0) === 1;
  }
}
