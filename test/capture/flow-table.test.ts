import { describe, expect, it } from 'vitest';
import { FlowTable, isToItself } from '../../src/capture/flow-table.ts';
import { Packet } from '../../src/capture/packet.ts';

/** A packet of which only addresses and ports are there: sender, receiver, and the two ports. */
function packetOf(from: readonly number[], to: readonly number[], fromPort: number, toPort: number): Packet {
  const packet = new Packet();
  packet.reset(Uint8Array.from([...from, ...to]), 101, 0, from.length * 2);
  packet.addressBytes = from.length === 4 ? 4 : 16;
  packet.sourceAddressAt = 0;
  packet.destinationAddressAt = from.length;
  packet.sourcePort = fromPort;
  packet.destinationPort = toPort;
  return packet;
}

const client = [10, 0, 0, 1];
const broker = [10, 0, 0, 2];
const wide = (last: number) => [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];

describe('FlowTable', () => {
  it('finds both directions of a connection, and nothing else', () => {
    const table = new FlowTable<string>();
    table.open('first', packetOf(client, broker, 40_000, 9_092));
    table.open('wide', packetOf(wide(1), wide(2), 40_000, 9_092));
    const found = (packet: Packet) => {
      const flow = table.find(packet);
      return flow === undefined ? null : `${flow.connection} ${flow.side}`;
    };
    expect(found(packetOf(client, broker, 40_000, 9_092))).toBe('first 0');
    expect(found(packetOf(broker, client, 9_092, 40_000))).toBe('first 1');
    expect(found(packetOf(wide(1), wide(2), 40_000, 9_092))).toBe('wide 0');
    expect(found(packetOf(wide(2), wide(1), 9_092, 40_000))).toBe('wide 1');
    expect(found(packetOf(client, broker, 40_001, 9_092))).toBe(null);
    expect(found(packetOf(broker, client, 40_000, 9_092))).toBe(null);
    expect(found(packetOf(wide(1), wide(3), 40_000, 9_092))).toBe(null);
    expect(table.size).toBe(4);
  });

  it('forgets a flow, not the ones that share its hash', () => {
    // A few thousand flows in 30 bits rarely meet, so the chain is tested with as many as a capture has.
    const table = new FlowTable<number>(7);
    const packets = Array.from({ length: 20_000 }, (_, index) =>
      packetOf([10, 1, index >> 8, index & 255], broker, 1_024 + index, 9_092),
    );
    const opened = packets.map((packet, index) => table.open(index, packet));
    for (const [forth, back] of opened.filter((_, index) => index % 2 === 0)) {
      table.close(forth);
      table.close(back);
      table.close(back);
    }
    expect(table.size).toBe(20_000);
    expect(packets.map((packet) => table.find(packet)?.connection ?? null)).toEqual(
      packets.map((_, index) => (index % 2 === 0 ? null : index)),
    );
  });

  it('does not find a flow that is closed through the opposite one, found last', () => {
    const table = new FlowTable<string>();
    const [forth] = table.open('first', packetOf(client, broker, 40_000, 9_092));
    expect(table.find(packetOf(broker, client, 9_092, 40_000))?.side).toBe(1);
    expect(table.find(packetOf(client, broker, 40_000, 9_092))?.side).toBe(0);
    expect(table.find(packetOf(broker, client, 9_092, 40_000))?.side).toBe(1);
    table.close(forth);
    expect(table.find(packetOf(client, broker, 40_000, 9_092))).toBeUndefined();
    table.open('second', packetOf(client, broker, 40_000, 9_092));
    expect(table.find(packetOf(client, broker, 40_000, 9_092))?.connection).toBe('second');
  });

  it('tells a connection with itself, which is none', () => {
    expect(isToItself(packetOf(client, client, 9_092, 9_092))).toBe(true);
    expect(isToItself(packetOf(client, client, 9_092, 9_093))).toBe(false);
    expect(isToItself(packetOf(wide(1), wide(1), 1, 1))).toBe(true);
    expect(isToItself(packetOf(wide(1), wide(2), 1, 1))).toBe(false);
  });
});
