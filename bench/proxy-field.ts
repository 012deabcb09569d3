import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts } from '../test/kafka/ports.ts';
import { pauseMs, runCommand } from '../test/kafka/process.ts';
import { type BenchChild, startOnTerminal, startPlain } from './bench-child.ts';
import type { Certificate, ProxyRival } from './proxy-rival.ts';

const startTimeoutMs = 15_000;
const endGraceMs = 5_000;

/** What server and proxies have in common in some modes. */
export interface FieldKind {
  readonly tls: boolean;
  readonly endpoints: boolean;
}

/** A started proxy (or, as `direct`, the server itself). */
export interface RunningRival {
  readonly name: string;
  readonly port: number;
  readonly warmUpSeconds: number;
  readonly child: BenchChild;
}

interface Launch {
  readonly name: string;
  readonly port: number;
  readonly commandLine: readonly string[];
  readonly warmUpSeconds?: number;
  readonly onTerminal?: boolean;
}

async function makeCertificate(folder: string): Promise<Certificate> {
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const flags = ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', certificate];
  const made = await runCommand('openssl', flags, { timeoutMs: 30_000 });
  if (made.code !== 0) throw new Error(`openssl made no certificate for the TLS modes: ${made.stderr.trim()}`);
  return { certificate, key };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The server and the proxies in front of it, started together and ended together. */
export class ProxyField {
  readonly rivals: RunningRival[] = [];
  readonly #children: BenchChild[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'kafka-scope-bench-'));

  /** Starts `loadgen serve` and every proxy; the first rival is `direct`, with TLS the server's own. */
  async start(loadgen: string, all: readonly ProxyRival[], kind: FieldKind): Promise<void> {
    const proxies = all.filter(({ endsTls }) => endsTls || !kind.tls);
    const [serverPort = 0, tlsPort = 0, ...ports] = await findFreePorts(proxies.length * 2 + 2);
    const serve = (port: number): string[] => [loadgen, 'serve', '-listen', `127.0.0.1:${port}`];
    const plain = [...serve(serverPort), ...(kind.endpoints ? ['-node-endpoints'] : [])];
    await this.#launch({ name: 'direct', port: serverPort, commandLine: plain });
    const tls = kind.tls ? await makeCertificate(this.#folder) : null;
    if (tls !== null) {
      this.rivals.length = 0;
      const encrypted = [...serve(tlsPort), '-tls-cert', tls.certificate, '-tls-key', tls.key];
      await this.#launch({ name: 'direct', port: tlsPort, commandLine: encrypted });
    }
    for (const [index, proxy] of proxies.entries()) {
      const [port = 0, sparePort = 0] = ports.slice(index * 2);
      const place = { listenPort: port, sparePort, upstreamPort: serverPort, folder: this.#folder, tls };
      await this.#launch({ ...proxy, port, commandLine: await proxy.command(place) });
    }
  }

  async #launch({ name, port, commandLine, warmUpSeconds = 0, onTerminal = false }: Launch): Promise<void> {
    const [command = '', ...commandArguments] = commandLine;
    const child = (onTerminal ? startOnTerminal : startPlain)(command, commandArguments, endGraceMs);
    this.#children.push(child);
    const deadlineMs = performance.now() + startTimeoutMs;
    while (!(await accepts(port))) {
      if (child.hasEnded() || performance.now() > deadlineMs) {
        throw new Error(`${name} did not start: ${child.said()}`);
      }
      await pauseMs(30);
    }
    this.rivals.push({ name, port, warmUpSeconds, child });
  }

  /** Ends what was started, and only that. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.end()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts one rival alone in front of the server, and ends both when `work` is done with it. */
export async function withRival<Outcome>(
  loadgen: string,
  rival: ProxyRival,
  work: (running: RunningRival, field: ProxyField) => Promise<Outcome>,
): Promise<Outcome> {
  const field = new ProxyField();
  try {
    await field.start(loadgen, [rival], { tls: false, endpoints: false });
    const running = field.rivals.find(({ name }) => name === rival.name);
    if (running === undefined) throw new Error(`${rival.name} is not there`);
    return await work(running, field);
  } finally {
    await field.stop();
  }
}
