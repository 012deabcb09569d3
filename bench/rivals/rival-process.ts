import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { endChild, trackChild } from '../../test/kafka/process.ts';

const answerTimeoutMs = 60_000;
const endGraceMs = 2_000;

/** A rival that stays for the whole bench, so that its compiler warms up as ours does: a line asks, a line answers. */
export class RivalProcess {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;
  #complaints = '';

  constructor(name: string, command: string, commandArguments: readonly string[]) {
    this.#name = name;
    const child = spawn(command, commandArguments, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = trackChild(child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2000);
    });
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#fail(error.message));
    child.on('close', () => this.#fail('ended'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#waiting?.resolve(line);
      this.#waiting = null;
    });
  }

  #fail(reason: string): void {
    this.#waiting?.reject(new Error(`${this.#name}: ${reason} ${this.#complaints.trim()}`));
    this.#waiting = null;
  }

  /** Sends one command and resolves with its answer; an answer of `error` rejects. */
  async ask(command: string): Promise<string> {
    const timer = setTimeout(() => this.#fail(`no answer in ${answerTimeoutMs} ms`), answerTimeoutMs);
    try {
      const answer = await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        if (this.#child.exitCode !== null) this.#fail('ended');
        else this.#child.stdin.write(`${command}\n`);
      });
      if (answer.startsWith('error')) throw new Error(`${this.#name}: ${answer}`);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the rival; it goes by itself when its input ends. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await endChild(this.#child, 'SIGTERM', endGraceMs);
  }
}
