import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import type { Found } from '../test/kafka/toolchain.ts';
import { buildGo } from './rivals/build.ts';

const source = fileURLToPath(new URL('./loadgen/', import.meta.url));

/** One way of loading, as BASELINES names them. */
export interface LoadMode {
  readonly name: string;
  readonly what: string;
  /** Rates are compared in this unit: megabytes for large frames, requests for small ones. */
  readonly measure: 'megabytesPerSecond' | 'requestsPerSecond' | 'p50Us';
  readonly flags: readonly string[];
  /** Requests a second over all connections; as many as are answered without it. */
  readonly ratePerSecond?: number;
  /** The proxies end TLS in front of a server that speaks plaintext. */
  readonly tls?: boolean;
  /** The server names brokers in its Produce and Fetch answers, as brokers may since Kafka 3.7. */
  readonly endpoints?: boolean;
}

const produceLarge = ['-kind', 'produce', '-records', '100', '-value-bytes', '1024'];
const produceSmall = ['-kind', 'produce', '-records', '1', '-value-bytes', '107'];

/** The modes of the baselines, then those with new layouts and addresses in the answers, then TLS. */
export const loadModes: readonly LoadMode[] = [
  {
    name: 'P1',
    what: 'Produce v9, 100 x 1 KiB, 1 connection x 4 in flight',
    measure: 'megabytesPerSecond',
    flags: [...produceLarge, '-connections', '1', '-depth', '4'],
  },
  {
    name: 'P16',
    what: 'Produce v9, 100 x 1 KiB, 16 connections x 2 in flight',
    measure: 'megabytesPerSecond',
    flags: [...produceLarge, '-connections', '16', '-depth', '2'],
  },
  {
    name: 'F16',
    what: 'Fetch v12 answered with 100 x 1 KiB, 16 connections x 2 in flight',
    measure: 'megabytesPerSecond',
    flags: ['-kind', 'fetch', '-connections', '16', '-depth', '2'],
  },
  {
    name: 'S16',
    what: 'one-record Produce v9, 16 connections x 64 in flight',
    measure: 'requestsPerSecond',
    flags: [...produceSmall, '-connections', '16', '-depth', '64'],
  },
  {
    name: 'L',
    what: 'one-record Produce v9 at 2,000 requests/s over 4 connections',
    measure: 'p50Us',
    flags: [...produceSmall, '-connections', '4'],
    ratePerSecond: 2000,
  },
  {
    name: 'P16-v11',
    what: 'P16 with Produce v11 answered with node endpoints',
    measure: 'megabytesPerSecond',
    flags: [...produceLarge, '-version', '11', '-connections', '16', '-depth', '2'],
    endpoints: true,
  },
  {
    name: 'S16-v11',
    what: 'S16 with Produce v11 answered with node endpoints',
    measure: 'requestsPerSecond',
    flags: [...produceSmall, '-version', '11', '-connections', '16', '-depth', '64'],
    endpoints: true,
  },
  {
    name: 'F16-v17',
    what: 'F16 with Fetch v17 (topic ids) and node endpoints',
    measure: 'megabytesPerSecond',
    flags: ['-kind', 'fetch', '-version', '17', '-connections', '16', '-depth', '2'],
    endpoints: true,
  },
  {
    name: 'TP1',
    what: 'P1, TLS ended by the proxy',
    measure: 'megabytesPerSecond',
    flags: [...produceLarge, '-tls', '-connections', '1', '-depth', '4'],
    tls: true,
  },
  {
    name: 'TP16',
    what: 'P16, TLS ended by the proxy',
    measure: 'megabytesPerSecond',
    flags: [...produceLarge, '-tls', '-connections', '16', '-depth', '2'],
    tls: true,
  },
  {
    name: 'TF16',
    what: 'F16, TLS ended by the proxy',
    measure: 'megabytesPerSecond',
    flags: ['-kind', 'fetch', '-tls', '-connections', '16', '-depth', '2'],
    tls: true,
  },
];

/** What `loadgen load` prints; see load.go. */
export interface LoadOutcome {
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requests: number;
  readonly totalRequests: number;
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly totalMegabytes: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  readonly lateP99Us: number;
  /** With -count-failures, what got no answer; without it the first failure ends the load. */
  readonly lost: number;
  readonly failedConnections: number;
  readonly firstFailure: string;
}

/** The load generator, built once for each version of its source. */
export function findLoadgen(): Promise<Found<string>> {
  return buildGo('loadgen', source, 'the load generator');
}

/** Loads one address in one mode. Lower priority than what is measured: the generator shares the machine with it. */
export async function loadOnce(
  binary: string,
  port: number,
  mode: LoadMode,
  seconds: number,
  warmupSeconds: number,
): Promise<LoadOutcome> {
  const times = ['-duration', `${seconds}s`, '-warmup', `${warmupSeconds}s`];
  const rate = mode.ratePerSecond === undefined ? [] : ['-rate', String(mode.ratePerSecond)];
  const flags = ['load', '-address', `127.0.0.1:${port}`, ...mode.flags, ...rate, ...times];
  const result = await runCommand(binary, flags, { timeoutMs: (seconds + warmupSeconds) * 1000 + 30_000 });
  if (result.code !== 0) {
    throw new Error(`${mode.name}: ${result.timedOut ? 'no end' : result.stderr.trim().slice(-300)}`);
  }
  return JSON.parse(result.stdout) as LoadOutcome;
}
