import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverCommand } from './drivers.ts';
import { endChild, pauseMs, trackChild } from './process.ts';

const runningTimeoutMs = 240_000;
const finishTimeoutMs = 240_000;

/** A driver that works until its standard input ends: it prints `running` when it is in full swing, a report last. */
export class LiveDriver<Report> {
  readonly name: string;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  /** Starts it on an order, which lies in a file of this directory. */
  constructor(driver: DriverCommand, order: object, name: string, directory: string) {
    this.name = name;
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(order));
    this.#child = trackChild(
      spawn(driver.command, [...driver.arguments, file], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...driver.environment },
      }),
    );
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#stderr += error.message;
    });
  }

  /** Resolves when it is in full swing. */
  async running(): Promise<void> {
    await this.#until(() => this.#stdout.includes('running\n'), runningTimeoutMs, 'was not running');
  }

  /** Tells it to stop. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  /** What it reports when it has stopped. */
  async report(): Promise<Report> {
    await this.#until(() => this.#child.exitCode !== null, finishTimeoutMs, 'did not end');
    // 'exit' may come before the last of stdout.
    await pauseMs(100);
    const last = this.#stdout.trimEnd().split('\n').at(-1) ?? '';
    if (this.#child.exitCode !== 0 || !last.startsWith('{')) {
      throw new Error(`${this.name} ended with ${this.#child.exitCode}: ${this.#stderr.trim().slice(-800)}`);
    }
    return JSON.parse(last) as Report;
  }

  /** Ends it at once if it is still there: whoever starts one does this last, however it went. */
  async kill(): Promise<void> {
    await endChild(this.#child, 'SIGKILL', 1_000);
  }

  async #until(ready: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    while (!ready()) {
      const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (ended || performance.now() > deadlineMs) {
        await this.kill();
        const how = ended ? `ended with ${this.#child.exitCode}` : `${what} within ${timeoutMs} ms`;
        throw new Error(`${this.name} ${how}: ${this.#stderr.trim().slice(-800)}`);
      }
      await pauseMs(50);
    }
  }
}
