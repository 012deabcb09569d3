import { describe, expect, it } from 'vitest';
import { BlockWriter } from '../../../src/export/pcapng/block-writer.ts';
import { segmentBytesMax } from '../../../src/export/pcapng/limits.ts';
import { TcpConversation } from '../../../src/export/pcapng/tcp-conversation.ts';
import { message, packetsOf } from '../../support/recorded.ts';

/** Packets as a script: direction, flags, sequence, acknowledgment, payload. Sequence numbers relative to `base`. */
function script(file: Uint8Array, base: { client: number; broker: number }): string[] {
  return packetsOf(file).map(({ ip, atUs }) => {
    const isClient = ip.readUInt16BE(20) === 50_000;
    const names = ['F', 'S', 'R', 'P', 'A'].filter((_, bit) => ((ip[33] ?? 0) & (1 << bit)) !== 0).join('');
    const own = isClient ? base.client : base.broker;
    const other = isClient ? base.broker : base.client;
    const sequence = (ip.readUInt32BE(24) - own) >>> 0;
    const ack = names.includes('A') ? (ip.readUInt32BE(28) - other) >>> 0 : '-';
    const bytes = ip.readUInt16BE(2) - 20 - ((ip[32] ?? 0) >> 4) * 4;
    return `${atUs} ${isClient ? 'client' : 'broker'} ${names} ${sequence} ${ack} ${bytes}`;
  });
}

function conversation(number = 1) {
  const blocks = new BlockWriter();
  const tcp = new TcpConversation(number, '192.0.2.1:50000', '198.51.100.2:9092', null);
  const base = () => {
    const [first, second] = packetsOf(blocks.written());
    return { client: first?.ip.readUInt32BE(24) ?? 0, broker: second?.ip.readUInt32BE(24) ?? 0 };
  };
  return { blocks, tcp, base };
}

describe('a conversation', () => {
  it('is a handshake, numbered segments and FINs', () => {
    const { blocks, tcp, base } = conversation();
    tcp.open(blocks, 10);
    tcp.message(blocks, message('client', 20, new Uint8Array(6)), null);
    tcp.message(blocks, message('broker', 30, new Uint8Array(16)), null);
    tcp.close(blocks, 40, null, null);
    expect(script(blocks.written(), base())).toEqual([
      '10 client S 0 - 0',
      '10 broker SA 0 1 0',
      '10 client A 1 1 0',
      '20 client PA 1 1 10',
      '30 broker PA 1 11 20',
      '40 client FA 11 21 0',
      '40 broker FA 21 12 0',
      '40 client A 12 22 0',
    ]);
  });

  it('gives a frame that took time packets at both ends, and one too large for a packet several', () => {
    const { blocks, tcp, base } = conversation();
    tcp.message(blocks, message('client', 20, new Uint8Array(6), { lastByteUs: 90 }), null);
    const large = segmentBytesMax * 2 + 2;
    tcp.message(blocks, message('broker', 100, new Uint8Array(large), { lastByteUs: 200 }), null);
    const share = Math.ceil((large + 4) / 3);
    expect(script(blocks.written(), base()).slice(3)).toEqual([
      '20 client A 1 1 5',
      '90 client PA 6 1 5',
      `100 broker A 1 11 ${share}`,
      `150 broker A ${share + 1} 11 ${share}`,
      `200 broker PA ${share * 2 + 1} 11 ${large + 4 - share * 2}`,
    ]);
  });

  it('wraps its sequence numbers at 2^32', () => {
    // 131 · 2654435761 mod 2^32 lies 1,149,197,293 below the end: find a number close to it instead of sending that much.
    let number = 1;
    while (2 ** 32 - Number((BigInt(number) * 2_654_435_761n) & 0xffffffffn) > 50_000) number += 1;
    const { blocks, tcp, base } = conversation(number);
    tcp.message(blocks, message('client', 20, new Uint8Array(60_000)), null);
    tcp.message(blocks, message('client', 21, new Uint8Array(4)), null);
    const [, , , first, second] = packetsOf(blocks.written());
    expect(second?.ip.readUInt32BE(24)).toBeLessThan(first?.ip.readUInt32BE(24) ?? 0);
    expect(script(blocks.written(), base()).slice(3)).toEqual(['20 client PA 1 1 60004', '21 client PA 60005 1 8']);
  });

  it('ends with the reset of the side that sent it', () => {
    const { blocks, tcp, base } = conversation();
    tcp.open(blocks, 10);
    tcp.close(blocks, 20, 'broker', Buffer.from('closed: broker-reset'));
    expect(script(blocks.written(), base()).at(-1)).toBe('20 broker RA 1 1 0');
    expect(packetsOf(blocks.written()).at(-1)?.comment).toBe('closed: broker-reset');
  });

  it('keeps the place of bytes that are not here', () => {
    const { blocks, tcp, base } = conversation();
    tcp.message(blocks, message('broker', 20, new Uint8Array(8), { sizeBytes: 100 }), null);
    tcp.message(blocks, message('broker', 30, new Uint8Array(8)), null);
    expect(script(blocks.written(), base()).slice(3)).toEqual(['20 broker PA 1 1 104', '30 broker PA 105 1 12']);
    expect(packetsOf(blocks.written())[3]).toMatchObject({ original: 144, ip: { length: 52 } });
  });

  it('goes on in a new file with a handshake that leads on to its next byte', () => {
    const { blocks, tcp, base } = conversation();
    tcp.message(blocks, message('client', 20, new Uint8Array(6)), null);
    const begin = base();
    blocks.clear();
    tcp.continueInNewFile();
    tcp.message(blocks, message('client', 30, new Uint8Array(2)), Buffer.from('verdict'));
    expect(script(blocks.written(), begin)).toEqual([
      '30 client S 10 - 0',
      '30 broker SA 0 11 0',
      '30 client A 11 1 0',
      '30 client PA 11 1 6',
    ]);
    const comments = packetsOf(blocks.written()).map(({ comment }) => comment);
    expect(comments).toEqual(['goes on from the file before', null, null, 'verdict']);
  });
});
