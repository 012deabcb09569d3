/**
 * Writes a small capture of `writeSyntheticCapture` to standard output again and again, as one capture of any size:
 * times, sequence numbers and correlation ids go on, so that every round is new traffic of the same connections.
 * usage: node bench/looped-capture.ts FILE BYTES-MIN
 */
import { readFileSync, writeSync } from 'node:fs';
import { capturePort } from './synthetic-capture.ts';

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
const headersBytes = recordHeaderBytes + 54;
const sequenceAt = recordHeaderBytes + 38;
const acknowledgmentAt = recordHeaderBytes + 42;

/** What a packet needs changed each round. */
interface Patch {
  readonly at: number;
  readonly connection: number;
  readonly fromBroker: boolean;
  /** Where its frame has the correlation id; -1 where no frame begins. */
  readonly correlationAt: number;
}

/** How far each connection's two directions move in a round. */
interface Moves {
  readonly client: number[];
  readonly broker: number[];
}

function analyse(file: Buffer): { start: number; patches: Patch[]; moves: Moves; rounds: number; spanUs: number } {
  const numbers = new Map<string, number>();
  const moves: Moves = { client: [], broker: [] };
  const left = new Map<string, number>();
  const patches: Patch[] = [];
  let [start, firstUs, lastUs, highest] = [0, 0, 0, 0];
  for (let at = fileHeaderBytes; at < file.length; at += recordHeaderBytes + file.readUInt32LE(at + 8)) {
    lastUs = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4);
    const flags = file.readUInt8(at + recordHeaderBytes + 47);
    const payloadBytes = file.readUInt32LE(at + 8) - (headersBytes - recordHeaderBytes);
    const fromBroker = file.readUInt16BE(at + recordHeaderBytes + 34) === capturePort;
    // Handshakes stand in front and are written once; the first payload ends them.
    if (start === 0 && ((flags & 2) !== 0 || payloadBytes === 0)) continue;
    if (start === 0) [start, firstUs] = [at, lastUs];
    const clientAt = at + recordHeaderBytes + (fromBroker ? 30 : 26);
    const clientPortAt = at + recordHeaderBytes + (fromBroker ? 36 : 34);
    const name = `${file.readUInt32BE(clientAt)}:${file.readUInt16BE(clientPortAt)}`;
    const connection = numbers.get(name) ?? numbers.size;
    numbers.set(name, connection);
    const way = fromBroker ? moves.broker : moves.client;
    way[connection] = (way[connection] ?? 0) + payloadBytes;
    let correlationAt = -1;
    if (payloadBytes > 0) {
      const direction = `${name}${fromBroker}`;
      const open = left.get(direction) ?? 0;
      if (open === 0) {
        correlationAt = headersBytes + (fromBroker ? 4 : 8);
        highest = Math.max(highest, file.readInt32BE(at + correlationAt));
        left.set(direction, 4 + file.readInt32BE(at + headersBytes) - payloadBytes);
      } else left.set(direction, open - payloadBytes);
    }
    patches.push({ at: at - start, connection, fromBroker, correlationAt });
  }
  return { start, patches, moves, rounds: highest + 1, spanUs: lastUs - firstUs + 10 };
}

const [path = '', bytesText = '0'] = process.argv.slice(2);
const file = readFileSync(path);
const { start, patches, moves, rounds, spanUs } = analyse(file);
const round = file.subarray(start);

function write(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function add(at: number, delta: number): void {
  round.writeUInt32BE((round.readUInt32BE(at) + delta) >>> 0, at);
}

write(file.subarray(0, start));
for (let written = start; written < Number(bytesText); written += round.length) {
  write(round);
  for (const { at, connection, fromBroker, correlationAt } of patches) {
    const atUs = round.readUInt32LE(at) * 1e6 + round.readUInt32LE(at + 4) + spanUs;
    round.writeUInt32LE(Math.floor(atUs / 1e6), at);
    round.writeUInt32LE(atUs % 1e6, at + 4);
    const [client, broker] = [moves.client[connection] ?? 0, moves.broker[connection] ?? 0];
    add(at + sequenceAt, fromBroker ? broker : client);
    add(at + acknowledgmentAt, fromBroker ? client : broker);
    if (correlationAt >= 0) add(at + correlationAt, rounds);
  }
}
