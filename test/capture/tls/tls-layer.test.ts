import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../../src/capture/limits.ts';
import { Packet } from '../../../src/capture/packet.ts';
import { PacketPath } from '../../../src/capture/packet-path.ts';
import { PcapFile } from '../../../src/capture/pcap-file.ts';
import type { UnreadTls } from '../../../src/capture/source.ts';
import type { EngineInput } from '../../../src/wire/segment.ts';
import { readBytes, scriptOf } from '../read-bytes.ts';
import { apiVersionsRequest, apiVersionsResponse, Dialogue, pcapBytes } from '../synthetic-capture.ts';
import { talkTls } from './tls-conversation.ts';

const client = '10.0.0.1:40000';
const broker = '10.0.0.2:9093';

async function tlsDialogue(from = client) {
  const talk = await talkTls({ certificate: 'ecdsa' }, [
    [Buffer.from(apiVersionsRequest(1)), Buffer.from(apiVersionsResponse(1))],
  ]);
  const dialogue = new Dialogue(from, broker).open();
  for (const { side, bytes } of talk.wire) side === 0 ? dialogue.client(bytes) : dialogue.broker(bytes);
  return { talk, dialogue: dialogue.close() };
}

/** Runs a pcap through the packet path with a key log at hand. */
function read(capture: Uint8Array, keyLog: string) {
  const inputs: EngineInput[] = [];
  const unread: UnreadTls[] = [];
  const counter = new LimitCounter();
  const path = new PacketPath(
    (input) => inputs.push(input.kind === 'segment' ? { ...input, bytes: new Uint8Array(input.bytes) } : input),
    captureLimits,
    counter,
    (facts) => unread.push(facts),
  );
  path.tls.keyLog.add(keyLog);
  const file = new PcapFile({ littleEndian: true, nanoseconds: false }, captureLimits, new LimitCounter());
  file.push(capture);
  const packet = new Packet();
  while (file.next(packet)) path.receive(packet);
  path.end();
  return { inputs, unread, stats: path.tls.stats() };
}

describe('TlsLayer', () => {
  it('gives the engine the plaintext, and what the handshake agreed on', async () => {
    const { talk, dialogue } = await tlsDialogue();
    const { inputs, unread, stats } = read(pcapBytes(dialogue.packets), talk.keyLog);
    expect(scriptOf(inputs)).toEqual([
      `1 opened ${client} → ${broker}`,
      '1 client 18',
      '1 broker 20',
      '1 client ended',
      '1 broker ended',
      '1 closed fin',
    ]);
    expect(inputs[0]).toMatchObject({ tls: { version: 'TLSv1.3', sni: 'broker-1.unit.test' } });
    expect(stats).toMatchObject({ connections: 1, decrypted: 1, unread: 0, message: null });
    expect(unread).toEqual([]);
  });

  it('tells a connection without keys at its end, and gives the engine none of its bytes', async () => {
    const first = await tlsDialogue();
    const second = await tlsDialogue('10.0.0.1:40001');
    const packets = [...first.dialogue.packets, ...second.dialogue.packets];
    const { inputs, unread, stats } = read(pcapBytes(packets), first.talk.keyLog);
    expect(scriptOf(inputs).filter((line) => line.startsWith('2 '))).toEqual([
      `2 opened 10.0.0.1:40001 → ${broker}`,
      '2 client ended',
      '2 broker ended',
      '2 closed fin',
    ]);
    expect(unread).toMatchObject([
      {
        client: '10.0.0.1:40001',
        server: broker,
        sni: 'broker-1.unit.test',
        message: expect.stringContaining('no secret of this session'),
      },
    ]);
    expect(stats).toMatchObject({ connections: 2, decrypted: 1, unread: 1 });
  });

  it('a capture begun after the handshake says so', async () => {
    const { talk, dialogue } = await tlsDialogue();
    const late = dialogue.packets.slice(-6);
    const { unread } = read(pcapBytes(late), talk.keyLog);
    expect(unread).toMatchObject([{ message: expect.stringContaining('handshake was not captured') }]);
  });

  it('a TLS client at a plaintext port is told to the engine as the mistake it is', async () => {
    const hello = (await talkTls({ certificate: 'ecdsa' }, [])).wire[0]?.bytes ?? new Uint8Array(0);
    const plain = new Dialogue('10.0.0.1:40000', '10.0.0.2:9092')
      .open()
      .client(apiVersionsRequest(1))
      .broker(apiVersionsResponse(1))
      .close();
    const mistaken = new Dialogue('10.0.0.1:40002', '10.0.0.2:9092').open().client(hello).close();
    const { inputs } = await readBytes(pcapBytes([...plain.packets, ...mistaken.packets]));
    expect(scriptOf(inputs)).toContain(`2 client ${hello.length}`);
  });
});
