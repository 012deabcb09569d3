import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/exchange/engine.ts';
import { readBytes } from './read-bytes.ts';

const root = new URL('../..', import.meta.url).pathname;
const shared = join(root, '../shared/captures');

interface RawPacket {
  readonly record: Buffer;
  /** Address and port of both ends, in the order of travel; empty for what carries no TCP payload. */
  readonly direction: string;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** A second, independent reading of little-endian Ethernet/IPv4 captures: no reassembly, only places of bytes. */
function packetsOf(file: Buffer): { readonly head: Buffer; readonly packets: RawPacket[] } {
  const packets: RawPacket[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    const record = file.subarray(at, end);
    const ip = 16 + 14;
    const tcp = ip + ((record[ip] ?? 0) & 15) * 4;
    const data = tcp + ((record[tcp + 12] ?? 0) >> 4) * 4;
    const payload = record.subarray(data, ip + record.readUInt16BE(ip + 2));
    const from = `${record.subarray(ip + 12, ip + 16).toString('hex')}:${record.readUInt16BE(tcp)}`;
    const to = `${record.subarray(ip + 16, ip + 20).toString('hex')}:${record.readUInt16BE(tcp + 2)}`;
    packets.push({ record, direction: `${from}>${to}`, sequence: record.readUInt32BE(tcp + 4), payload });
    at = end;
  }
  return { head: file.subarray(0, 24), packets };
}

/** How many messages of the whole capture do not touch a byte of a dropped packet. */
function survivors(packets: readonly RawPacket[], dropped: ReadonlySet<RawPacket>): number {
  const streams = new Map<string, RawPacket[]>();
  for (const packet of packets) {
    if (packet.payload.length === 0) continue;
    const list = streams.get(packet.direction) ?? [];
    streams.set(packet.direction, list);
    list.push(packet);
  }
  let whole = 0;
  for (const list of streams.values()) {
    list.sort((a, b) => a.sequence - b.sequence);
    const marks = Buffer.concat(list.map((packet) => Buffer.alloc(packet.payload.length, dropped.has(packet) ? 1 : 0)));
    const bytes = Buffer.concat(list.map((packet) => packet.payload));
    for (let at = 0; at + 4 <= bytes.length; ) {
      const end = at + 4 + bytes.readInt32BE(at);
      if (end <= bytes.length && !marks.subarray(at, end).includes(1)) whole += 1;
      at = end;
    }
  }
  return whole;
}

/** Messages that our own path reads whole. */
async function found(file: Buffer): Promise<number> {
  const { inputs } = await readBytes(file);
  const engine = new Engine();
  let whole = 0;
  for (const input of inputs) {
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      if (event.kind !== 'completed') continue;
      for (const message of [event.exchange.request, event.exchange.response]) {
        if (message !== null && message.opaque?.reason !== 'truncated' && message.bytes.length === message.sizeBytes) {
          whole += 1;
        }
      }
    }
  }
  return whole;
}

describe('a gap costs only the messages it touches', () => {
  it.each(['kcat-all.pcap', 'kafkajs-txn-admin.pcap', 'java-admin-errors.pcap'])(
    '%s with lost packets',
    async (name) => {
      const { head, packets } = packetsOf(readFileSync(join(root, 'fixtures/captures', name)));
      expect(await found(Buffer.concat([head, ...packets.map(({ record }) => record)]))).toBe(
        survivors(packets, new Set()),
      );
      let all = 0;
      let ours = 0;
      for (let round = 1; round <= 6; round += 1) {
        // Every 37th or so packet with payload, another set each round; nothing of a connection's first packets.
        const loaded = packets.filter(({ payload }, index) => payload.length > 0 && index > 40);
        const dropped = new Set(loaded.filter((_packet, index) => (index * 7 + round * 11) % 37 === 0));
        const left = packets.filter((packet) => !dropped.has(packet));
        all += survivors(packets, dropped);
        ours += await found(Buffer.concat([head, ...left.map(({ record }) => record)]));
      }
      expect(ours).toBeLessThanOrEqual(all);
      expect(ours / all).toBeGreaterThan(0.97);
    },
  );

  it.skipIf(!existsSync(shared))('the shared capture with 15 packets removed', async () => {
    const { packets } = packetsOf(readFileSync(join(shared, 'sarama-codecs-group.pcap')));
    const file = readFileSync(join(shared, 'v-dropped.pcap'));
    const kept = new Set(packetsOf(file).packets.map(({ record }) => record.toString('latin1')));
    const dropped = new Set(packets.filter(({ record }) => !kept.has(record.toString('latin1'))));
    expect(dropped.size).toBe(15);
    const whole = survivors(packets, dropped);
    const ours = await found(file);
    expect(ours / whole).toBeGreaterThan(0.98);
    expect(ours).toBeLessThanOrEqual(whole);
  });
});
