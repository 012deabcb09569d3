import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OutputLines } from './exchange-lines.ts';
import { endChild, pauseMs, trackChild } from './process.ts';
import { secretForms } from './security.ts';

const startTimeoutMs = 60_000;
const stopGraceMs = 30_000;

/** The launcher that users run. */
export const launcher = fileURLToPath(new URL('../../bin/kafka-scope.js', import.meta.url));

/** `kafka-scope proxy --json` as a child process, with every line it printed. */
export class ProxyProcess {
  readonly lines = new OutputLines(secretForms);
  readonly #child: ChildProcess;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.lines.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    child.on('error', (error) => {
      this.#stderr += error.message;
    });
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it printed on stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The most memory it ever held, of the kernel's own account; null where there is no such account. */
  get residentBytesMax(): number | null {
    try {
      const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
      return kibibytes === undefined ? null : Number(kibibytes) * 1024;
    } catch {
      return null;
    }
  }

  /** Starts the built program and resolves when it says where it listens. */
  static async start(
    upstream: string,
    more: readonly string[] = [],
    environment: NodeJS.ProcessEnv = process.env,
  ): Promise<ProxyProcess> {
    // Everything is looked at, however long that takes: the suite compares every line. A later flag wins.
    const flags = ['--upstream', upstream, '--listen', '127.0.0.1:0', '--broker-ports', '0', '--json'];
    flags.push('--inspect', 'all', ...more);
    const child = spawn(process.execPath, [launcher, 'proxy', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    const proxy = new ProxyProcess(trackChild(child));
    const deadlineMs = performance.now() + startTimeoutMs;
    while (proxy.listening === null) {
      if (child.exitCode !== null || performance.now() > deadlineMs) {
        await proxy.stop();
        throw new Error(`the proxy did not start listening: ${proxy.stderr.slice(-800)}`);
      }
      await pauseMs(20);
    }
    return proxy;
  }

  /** `host:port` of the bootstrap listener (the one of no node); null until it is open. */
  get listening(): string | null {
    const opened = this.lines.events.find((event) => event.kind === 'listener-opened' && event.detail.nodeId === null);
    return opened === undefined ? null : `${opened.detail.host}:${opened.detail.port}`;
  }

  /** Keeps what it printed, for who runs with --keep. */
  writeOutput(directory: string, name: string): void {
    writeFileSync(join(directory, `${name}.stderr`), this.stderr);
    const lines = [...this.lines.exchanges, ...this.lines.events, this.lines.summary];
    writeFileSync(join(directory, `${name}.ndjson`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** Drains and ends it; gives the exit code. */
  async stop(): Promise<number | null> {
    await endChild(this.#child, 'SIGTERM', stopGraceMs);
    // 'exit' may come before the last of stdout.
    await pauseMs(100);
    return this.#child.exitCode;
  }
}
