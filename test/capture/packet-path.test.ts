import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { type CaptureLimits, captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { PacketPath } from '../../src/capture/packet-path.ts';
import { Engine } from '../../src/exchange/engine.ts';
import { ethernetBytes, ipv4Bytes, tcpBytes, tcpPacket } from './synthetic-capture.ts';

const fixtures = new URL('../../fixtures/captures/', import.meta.url);

describe('PacketPath', () => {
  it('counts packets, bytes, times and why packets are skipped', () => {
    const path = new PacketPath(() => undefined, captureLimits, new LimitCounter());
    const packet = new Packet();
    const fields = { from: '10.0.0.1:1', to: '10.0.0.2:2', seq: 1, payload: 'x' };
    const feed = (bytes: Uint8Array, atUs: number, originalBytes = bytes.length) => {
      packet.reset(bytes, 1, atUs, originalBytes);
      path.receive(packet);
    };
    feed(tcpPacket(0, fields).bytes, 300);
    feed(ethernetBytes(tcpBytes(fields), { etherType: 0x0806 }), 100);
    feed(ethernetBytes(ipv4Bytes(fields, { protocol: 17 })), 200);
    feed(ethernetBytes(ipv4Bytes(fields, { fragment: 0x2000 })), 250, 9_000);
    path.end();
    expect(path.skippedPackets()).toEqual({ 'not-ip': 1, 'not-tcp': 1, 'ip-fragment': 1 });
    expect(path).toMatchObject({
      packets: 4,
      bytes: 55 + 35 + 55 + 55,
      cutPackets: 1,
      firstPacketUs: 100,
      lastPacketUs: 300,
    });
  });
});

/** Small limits, so that a short capture reaches them. */
const tight: Partial<CaptureLimits> = {
  connectionsMax: 4,
  bufferedBytesPerStreamMax: 1_000,
  bufferedSegmentsPerStreamMax: 4,
  bufferedBytesMax: 2_000,
  undecidedBytesMax: 500,
  undecidedBytesTotalMax: 2_000,
  foreignBytesMax: 100,
  orderedBytesMax: 1_000,
  evidenceRequestsMax: 2,
  kafkaEndpointsMax: 1,
  notKafkaListedMax: 2,
};

/** Reads a file through the engine; only what the file itself says wrong may stop it. */
function survive(file: Uint8Array, limits: CaptureLimits): { readonly heldBytes: number } {
  const counter = new LimitCounter();
  const engine = new Engine();
  const opened = new Set<number>();
  const path = new PacketPath(
    (input) => {
      // The engine's contract holds for whatever the file holds: a life begins with opened and ends with closed.
      if (input.kind === 'opened') opened.add(input.connection);
      else expect(opened.has(input.connection)).toBe(true);
      if (input.kind === 'closed') opened.delete(input.connection);
      engine.receive(input);
      for (let event = engine.next(); event !== undefined; event = engine.next())
        expect(event.kind).toBeTypeOf('string');
    },
    limits,
    counter,
  );
  const reader = new CaptureReader(limits, counter);
  const packet = new Packet();
  try {
    reader.push(file);
    while (reader.next(packet)) path.receive(packet);
    reader.end();
  } catch (error) {
    expect(error).toBeInstanceOf(CaptureError);
  }
  path.end();
  expect(opened.size).toBe(0);
  expect(engine.connections).toBe(0);
  return { heldBytes: path.table.totals.bufferedBytes };
}

describe('hostile captures', () => {
  const files = readdirSync(fixtures)
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => readFileSync(new URL(name, fixtures)));

  it('never throw anything but CaptureError, end every connection, and leave nothing held', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.constantFrom('set', 'fill', 'copy', 'cut'),
      fc.nat({ max: 255 }),
      fc.nat({ max: 300 }),
    );
    fc.assert(
      fc.property(
        fc.nat({ max: files.length - 1 }),
        fc.array(edit, { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (which, edits, small) => {
          let bytes: Buffer = Buffer.from(files[which] ?? []);
          for (const [where, kind, value, length] of edits) {
            // The file header is left alone: a capture refused at its first bytes tests nothing.
            const at = 24 + (where % Math.max(1, bytes.length - 24));
            if (kind === 'set') bytes[at] = value;
            else if (kind === 'fill') bytes.fill(value, at, Math.min(bytes.length, at + (length % 12)));
            else if (kind === 'copy') bytes.copyWithin(at, value * 40, Math.min(bytes.length, value * 40 + length));
            else if (length === 7) bytes = bytes.subarray(0, at);
          }
          expect(survive(bytes, small ? { ...captureLimits, ...tight } : captureLimits).heldBytes).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('all in one: every capture through the tightest limits', () => {
    for (const file of files) expect(survive(file, { ...captureLimits, ...tight }).heldBytes).toBe(0);
  });
});
