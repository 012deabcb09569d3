import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from '../test/kafka/ports.ts';
import { endChild, pauseMs, runCommand, trackChild } from '../test/kafka/process.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const startTimeoutMs = 15_000;

/** A proxy under test. `command` gets the two ports and a folder for configuration files. */
export interface ProxyRival {
  readonly name: string;
  /** In the default set, or only when named with --rivals. */
  readonly byDefault: boolean;
  /** Null, or why it cannot run here. */
  readonly absent: () => Promise<string | null>;
  /** `tls`: where clients are to be met with TLS. */
  readonly command: (
    listenPort: number,
    upstreamPort: number,
    folder: string,
    tls: Certificate | null,
  ) => readonly string[];
  /** False for one that ends no TLS. */
  readonly endsTls: boolean;
}

/** PEM files of a certificate for 127.0.0.1. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** What server and proxies have in common in some modes. */
export interface FieldKind {
  readonly tls: boolean;
  readonly endpoints: boolean;
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

async function haproxyAbsent(): Promise<string | null> {
  const answer = await runCommand('haproxy', ['-v'], { timeoutMs: 10_000 });
  return answer.code === 0 ? null : 'haproxy was not found; Debian: apt-get install haproxy';
}

function haproxyCommand(global: string): ProxyRival['command'] {
  return (listenPort, upstreamPort, folder, tls) => {
    const file = join(folder, `haproxy-${listenPort}.cfg`);
    let bindTls = '';
    if (tls !== null) {
      const both = join(folder, `haproxy-${listenPort}.pem`);
      writeFileSync(both, readFileSync(tls.certificate, 'utf8') + readFileSync(tls.key, 'utf8'), { mode: 0o600 });
      bindTls = ` ssl crt ${both}`;
    }
    const timeouts = 'timeout connect 5s\n  timeout client 60s\n  timeout server 60s';
    writeFileSync(
      file,
      `global\n  maxconn 4096\n${global}defaults\n  mode tcp\n  ${timeouts}\nlisten kafka\n  bind 127.0.0.1:${listenPort}${bindTls}\n  server broker 127.0.0.1:${upstreamPort}\n`,
    );
    return ['haproxy', '-q', '-db', '-f', file];
  };
}

const scope: ProxyRival['command'] = (listenPort, upstreamPort, _folder, tls) => [
  process.execPath,
  launcher,
  'proxy',
  '--upstream',
  `127.0.0.1:${upstreamPort}`,
  '--listen',
  `127.0.0.1:${listenPort}`,
  '--broker-ports',
  '0',
  ...(tls === null ? [] : ['--tls-cert', tls.certificate, '--tls-key', tls.key]),
];

/** Everybody who can stand between load and server. Adding one is an entry here. */
export const proxyRivals: readonly ProxyRival[] = [
  {
    name: 'node-pipe',
    byDefault: true,
    endsTls: false,
    absent: async () => null,
    command: (listenPort, upstreamPort) => [
      process.execPath,
      join(here, 'pipe-proxy.ts'),
      String(listenPort),
      String(upstreamPort),
    ],
  },
  { name: 'haproxy', endsTls: true, byDefault: true, absent: haproxyAbsent, command: haproxyCommand('') },
  {
    name: 'haproxy-256k',
    endsTls: true,
    byDefault: true,
    absent: haproxyAbsent,
    command: haproxyCommand('  tune.bufsize 262144\n'),
  },
  {
    name: 'kafka-scope',
    endsTls: true,
    byDefault: true,
    absent: async () => null,
    command: (...ports) => [...scope(...ports), '--no-ui'],
  },
  {
    name: 'kafka-scope --inspect all',
    endsTls: true,
    byDefault: false,
    absent: async () => null,
    command: (...ports) => [...scope(...ports), '--no-ui', '--inspect', 'all'],
  },
  {
    name: 'kafka-scope --json',
    endsTls: true,
    byDefault: false,
    absent: async () => null,
    command: (...ports) => [...scope(...ports), '--json'],
  },
  {
    name: 'kafka-scope --workers 1',
    endsTls: true,
    byDefault: false,
    absent: async () => null,
    command: (...ports) => [...scope(...ports), '--no-ui', '--workers', '1'],
  },
  {
    name: 'kafka-scope --workers 2',
    endsTls: true,
    byDefault: false,
    absent: async () => null,
    command: (...ports) => [...scope(...ports), '--no-ui', '--workers', '2'],
  },
];

/** A started proxy (or, as `direct`, the server itself). */
export interface RunningRival {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
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
  readonly #children: ChildProcess[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'kafka-scope-bench-'));

  /** Starts `loadgen serve` and every proxy; the first rival is `direct`, with TLS the server's own. */
  async start(loadgen: string, all: readonly ProxyRival[], kind: FieldKind): Promise<void> {
    const proxies = all.filter(({ endsTls }) => endsTls || !kind.tls);
    const [serverPort = 0, tlsPort = 0, ...ports] = await findFreePorts(proxies.length + 2);
    const serve = (port: number): string[] => [loadgen, 'serve', '-listen', `127.0.0.1:${port}`];
    await this.#launch('direct', serverPort, [...serve(serverPort), ...(kind.endpoints ? ['-node-endpoints'] : [])]);
    const tls = kind.tls ? await makeCertificate(this.#folder) : null;
    if (tls !== null) {
      this.rivals.length = 0;
      await this.#launch('direct', tlsPort, [...serve(tlsPort), '-tls-cert', tls.certificate, '-tls-key', tls.key]);
    }
    for (const [index, proxy] of proxies.entries()) {
      const port = ports[index] ?? 0;
      await this.#launch(proxy.name, port, proxy.command(port, serverPort, this.#folder, tls));
    }
  }

  async #launch(name: string, port: number, commandLine: readonly string[]): Promise<void> {
    const [command = '', ...commandArguments] = commandLine;
    const child = spawn(command, commandArguments, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('error', (error) => {
      stderr += error.message;
    });
    this.#children.push(trackChild(child));
    const deadlineMs = performance.now() + startTimeoutMs;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) {
        throw new Error(`${name} did not start: ${stderr.trim()}`);
      }
      await pauseMs(30);
    }
    this.rivals.push({ name, port, pid: child.pid ?? 0 });
  }

  /** Ends what was started, and only that. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => endChild(child, 'SIGTERM', 5_000)));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
