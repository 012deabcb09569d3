import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/capture/packet.ts';
import { readTcp, tcpAck, tcpFin, tcpRst, tcpSyn } from '../../src/capture/tcp-header.ts';
import { tcpBytes } from './synthetic-capture.ts';

function read(bytes: Uint8Array, wireBytes = bytes.length): { reason: string | null; packet: Packet } {
  const packet = new Packet();
  packet.reset(bytes, 101, 0, wireBytes);
  packet.transportStart = 0;
  packet.transportEnd = wireBytes;
  return { reason: readTcp(packet), packet };
}

describe('readTcp', () => {
  it('reads ports, numbers, flags and the place of the payload', () => {
    const bytes = tcpBytes({
      from: 'a:40000',
      to: 'b:9092',
      seq: 0xfedcba98,
      ack: 0xffffffff,
      flags: 'SAFR',
      payload: 'hey',
    });
    const { reason, packet } = read(bytes);
    expect(reason).toBe(null);
    expect(packet).toMatchObject({
      sourcePort: 40_000,
      destinationPort: 9_092,
      sequence: 0xfedcba98 | 0,
      acknowledgment: -1,
      flags: tcpSyn | tcpAck | tcpFin | tcpRst,
      payloadStart: 20,
      payloadBytes: 3,
    });
  });

  it('steps over options, also where the snaplen cut them', () => {
    const bytes = Buffer.concat([tcpBytes({ from: 'a:1', to: 'b:2', seq: 0 }), Buffer.alloc(12), Buffer.from('data')]);
    bytes[12] = 8 << 4;
    expect(read(bytes).packet).toMatchObject({ payloadStart: 32, payloadBytes: 4 });
    expect(read(bytes.subarray(0, 24), 36).packet).toMatchObject({ payloadStart: 24, payloadBytes: 4 });
  });

  it('refuses headers that can not be', () => {
    const bytes = Buffer.from(tcpBytes({ from: 'a:1', to: 'b:2', seq: 0 }));
    expect(read(bytes.subarray(0, 12), 40).reason).toBe('cut-headers');
    expect(read(bytes.subarray(0, 12)).reason).toBe('malformed-headers');
    bytes[12] = 4 << 4;
    expect(read(bytes).reason).toBe('malformed-headers');
    bytes[12] = 15 << 4;
    expect(read(bytes).reason).toBe('malformed-headers');
  });
});
