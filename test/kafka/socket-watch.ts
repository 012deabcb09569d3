import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Reporter } from './reporter.ts';

const sampleIntervalMs = 50;
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
const goneStates = new Set(['06', '07', '0A']); // TIME_WAIT, CLOSE, LISTEN: no process speaks over these

/** A connection to a watched port that does not belong to a proxy. */
export interface ForeignConnection {
  readonly port: number;
  readonly pid: number;
  readonly command: string;
}

/** What the watch saw between start and stop. */
export interface SocketWatchResult {
  readonly samples: number;
  readonly proxyConnections: number;
  readonly foreign: readonly ForeignConnection[];
}

function socketInodes(pid: number | string): Set<string> {
  const inodes = new Set<string>();
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) {
        inodes.add(inode);
      }
    }
  } catch {
    // The process or the descriptor ended while we looked: what is gone holds nothing.
  }
  return inodes;
}

/** Outgoing sockets towards one of these ports: inode → port. */
function socketsTowards(ports: ReadonlySet<number>): Map<string, number> {
  const found = new Map<string, number>();
  for (const table of tables) {
    if (!existsSync(table)) {
      continue;
    }
    for (const row of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const columns = row.trim().split(/\s+/);
      const port = Number.parseInt(columns[2]?.split(':')[1] ?? '', 16);
      const inode = columns[9] ?? '0';
      if (ports.has(port) && inode !== '0' && !goneStates.has(columns[3] ?? '')) {
        found.set(inode, port);
      }
    }
  }
  return found;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120);
  } catch {
    return '(ended)';
  }
}

/** Ends a watch and checks that nobody but the proxies was connected to the brokers. */
export function checkSockets(
  reporter: Reporter,
  part: string,
  watch: SocketWatch | null,
  brokerPorts: ReadonlySet<number>,
): void {
  const name = `${part}: only the proxy connects to the brokers' own ports (${brokerPorts.size} ports)`;
  if (watch === null) {
    reporter.skip(name, 'this system has no /proc/net/tcp');
    return;
  }
  const result = watch.stop();
  const foreign = result.foreign.map((each) => `pid ${each.pid} (${each.command}) to ${each.port}`).join('; ');
  reporter.check(
    name,
    result.foreign.length === 0 && result.proxyConnections > 0,
    foreign === '' ? `${result.proxyConnections} of its connections seen in ${result.samples} samples` : foreign,
  );
}

/** Samples the kernel's socket table: who, other than these processes, is connected to the brokers' own ports? */
export class SocketWatch {
  readonly #ports: ReadonlySet<number>;
  readonly #allowedPids: ReadonlySet<number>;
  readonly #allowed = new Set<string>();
  readonly #foreign = new Map<string, ForeignConnection>();
  readonly #timer: NodeJS.Timeout;
  #samples = 0;

  private constructor(ports: ReadonlySet<number>, allowedPids: readonly number[]) {
    this.#ports = ports;
    this.#allowedPids = new Set(allowedPids);
    this.#timer = setInterval(() => this.#sample(), sampleIntervalMs);
  }

  /** Begins to watch; null where this system has no table to watch. */
  static start(ports: ReadonlySet<number>, allowedPids: readonly number[]): SocketWatch | null {
    return existsSync('/proc/net/tcp') ? new SocketWatch(ports, allowedPids) : null;
  }

  /** Ends the watch and says what it saw. */
  stop(): SocketWatchResult {
    clearInterval(this.#timer);
    this.#sample();
    return { samples: this.#samples, proxyConnections: this.#allowed.size, foreign: [...this.#foreign.values()] };
  }

  #sample(): void {
    this.#samples += 1;
    const sockets = socketsTowards(this.#ports);
    let unknown = [...sockets.keys()].filter((inode) => !this.#allowed.has(inode) && !this.#foreign.has(inode));
    if (unknown.length === 0) {
      return;
    }
    for (const pid of this.#allowedPids) {
      const ours = socketInodes(pid);
      for (const inode of unknown) {
        if (ours.has(inode)) {
          this.#allowed.add(inode);
        }
      }
    }
    unknown = unknown.filter((inode) => !this.#allowed.has(inode));
    if (unknown.length > 0) {
      this.#findOwners(unknown, sockets);
    }
  }

  /** Only a socket that some other living process holds counts: one that closed meanwhile can be nobody's any more. */
  #findOwners(unknown: readonly string[], sockets: ReadonlyMap<string, number>): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (this.#allowedPids.has(Number(pid))) {
        continue;
      }
      const held = socketInodes(pid);
      for (const inode of unknown) {
        if (held.has(inode)) {
          this.#foreign.set(inode, { port: sockets.get(inode) ?? 0, pid: Number(pid), command: commandOf(pid) });
        }
      }
    }
  }
}
