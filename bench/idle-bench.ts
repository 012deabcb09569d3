import { connect, type Socket } from 'node:net';
import { pauseMs } from '../test/kafka/process.ts';
import { framed } from '../test/support/conversation.ts';
import { findLoadgen } from './loadgen-process.ts';
import { produceRequest } from './messages.ts';
import type { BenchOptions, BenchOutcome } from './outcome.ts';
import { processorSeconds, residentMegabytes } from './process-cost.ts';
import { type RunningRival, withRival } from './proxy-field.ts';
import { chooseRivals } from './proxy-rivals.ts';
import { figure, printTable } from './statistics.ts';

/** Connections that are being opened at one time. */
const openingMax = 100;

/** Memory is read after each of so many equal steps: is the price of a connection the same for the last as for the first? */
const steps = 4;

const answerTimeoutMs = 30_000;

/** How long the silence lasts over which processor time is taken. */
const silenceMs = 10_000;
const smokeSilenceMs = 200;

interface Idled {
  readonly rival: string;
  /** Resident megabytes with no connection, and after each step. */
  readonly megabytes: readonly number[];
  readonly idlePercent: number;
}

/** Opens a connection that has one request answered: from there on it is a client with nothing to do. */
function openOne(port: number, request: Uint8Array): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const timer = setTimeout(() => socket.destroy(new Error('no answer within 30 s')), answerTimeoutMs);
    socket.once('connect', () => socket.write(request));
    socket.once('data', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('it was closed'));
    });
  });
}

/** Opens so many more, a few at a time. */
async function openMore(port: number, count: number, request: Uint8Array, open: Socket[]): Promise<void> {
  let left = count;
  const opener = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      open.push(await openOne(port, request));
    }
  };
  await Promise.all(Array.from({ length: openingMax }, opener));
}

async function idle(rival: RunningRival, options: BenchOptions): Promise<Idled> {
  const { child, port, name } = rival;
  const request = framed(produceRequest(1, 100));
  const open: Socket[] = [];
  try {
    const resident = (): number => residentMegabytes(child.pid)?.now ?? Number.NaN;
    const megabytes = [resident()];
    for (let step = 1; step <= steps; step += 1) {
      const wanted = Math.round((options.connections * step) / steps);
      try {
        await openMore(port, wanted - open.length, request, open);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${name}: connection ${open.length + 1} did not get through (${reason}): ${child.said()}`);
      }
      await pauseMs(options.smoke ? 1 : 1000);
      megabytes.push(resident());
    }
    const silence = options.smoke ? smokeSilenceMs : silenceMs;
    const before = processorSeconds(child.pid) ?? Number.NaN;
    await pauseMs(silence);
    const used = (processorSeconds(child.pid) ?? Number.NaN) - before;
    const lost = open.filter((socket) => socket.destroyed).length;
    if (lost > 0) throw new Error(`${name}: ${lost} of ${open.length} idle connections were closed`);
    return { rival: name, megabytes, idlePercent: (used / (silence / 1000)) * 100 };
  } finally {
    for (const socket of open) socket.destroy();
  }
}

function report(connections: number, idled: readonly Idled[]): void {
  const perStep = connections / steps;
  const rows = idled.map(({ rival, megabytes, idlePercent }) => {
    const prices = megabytes.slice(1).map((now, index) => ((now - (megabytes[index] ?? Number.NaN)) * 1000) / perStep);
    return [
      rival,
      ...[megabytes[0] ?? Number.NaN, megabytes.at(-1) ?? Number.NaN].map(figure),
      ...prices.map(figure),
      figure(idlePercent),
    ];
  });
  const quarters = Array.from({ length: steps }, (_, index) => `kB each, quarter ${index + 1}`);
  const title = `${connections} connections, each with one request answered and then silent`;
  printTable(title, ['proxy', 'RSS MB with none', 'RSS MB with all', ...quarters, 'CPU % idle'], rows);
}

/** Many clients with nothing to do: what does one cost, and is the last as cheap as the first? */
export async function runIdleBench(options: BenchOptions): Promise<BenchOutcome> {
  if (residentMegabytes(process.pid) === null) {
    return { kind: 'skipped', reason: 'memory of another process is read from /proc, which is not here' };
  }
  const loadgen = await findLoadgen();
  if (!loadgen.found) return { kind: 'skipped', reason: loadgen.reason };
  const idled: Idled[] = [];
  for (const rival of await chooseRivals(options, ({ name }) => name === 'kafka-scope')) {
    idled.push(await withRival(loadgen.value, rival, (running) => idle(running, options)));
  }
  report(options.connections, idled);
  return { kind: 'done' };
}
