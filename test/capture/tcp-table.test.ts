import { describe, expect, it } from 'vitest';
import { readIp } from '../../src/capture/ip.ts';
import { type CaptureLimits, captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { readLink } from '../../src/capture/link/read-link.ts';
import { Packet } from '../../src/capture/packet.ts';
import { readTcp } from '../../src/capture/tcp-header.ts';
import { TcpTable } from '../../src/capture/tcp-table.ts';
import type { StreamListener, TcpConnectionFacts, TcpListener } from '../../src/capture/types.ts';
import { Dialogue, type SyntheticPacket, type TcpFields, tcpPacket } from './synthetic-capture.ts';

/** A table and what its connections said, one line each. */
class Scene implements TcpListener {
  readonly lines: string[] = [];
  readonly counter = new LimitCounter();
  readonly table: TcpTable;
  #opened = 0;

  constructor(limits: Partial<CaptureLimits> = {}) {
    this.table = new TcpTable(this, { ...captureLimits, ...limits }, this.counter);
  }

  opened(facts: TcpConnectionFacts): StreamListener {
    this.#opened += 1;
    const id = this.#opened;
    this.lines.push(`${id} opened ${facts.addresses.join(' ')} by ${facts.initiator}`);
    return {
      data: (side, bytes) => this.lines.push(`${id} ${side}${facts.startKnown(side) ? '' : '?'} ${Buffer.from(bytes)}`),
      gap: (side, missingBytes) => this.lines.push(`${id} ${side} gap ${missingBytes}`),
      ended: (side) => this.lines.push(`${id} ${side} ended`),
      closed: (_atUs, reason) => this.lines.push(`${id} closed ${reason}`),
    };
  }

  feed(packets: readonly SyntheticPacket[]): this {
    const packet = new Packet();
    for (const { bytes, atUs } of packets) {
      packet.reset(bytes, 1, atUs, bytes.length);
      expect(readLink(packet) ?? readIp(packet) ?? readTcp(packet)).toBe(null);
      this.table.receive(packet);
    }
    return this;
  }

  end(): string[] {
    this.table.end(99_000_000);
    return this.lines;
  }
}

const client = '10.0.0.1:40000';
const broker = '10.0.0.2:9092';
const packet = (atUs: number, fields: Omit<TcpFields, 'from' | 'to'>, from = client, to = broker) =>
  tcpPacket(atUs, { from, to, ...fields });

describe('TcpTable', () => {
  it('counts what comes once more when its connection is over, and nothing that is new by then', () => {
    const dialogue = new Dialogue(client, broker).open().client('ping').broker('pong').close();
    const again = packet(1_003_000, { seq: 1_001, payload: 'ping' });
    const beyond = packet(1_003_100, { seq: 9_001, payload: 'more' });
    const scene = new Scene().feed([...dialogue.packets, again, beyond]);
    expect(scene.end()).toHaveLength(6);
    expect(scene.table.totals).toMatchObject({ lateSegments: 1, repeatedBytes: 4 });
  });

  it('follows a connection from SYN to FIN', () => {
    const dialogue = new Dialogue(client, broker).open().client('ping').broker('pong').close();
    expect(new Scene().feed(dialogue.packets).end()).toEqual([
      `1 opened ${client} ${broker} by 0`,
      '1 0 ping',
      '1 1 pong',
      '1 0 ended',
      '1 1 ended',
      '1 closed fin',
    ]);
  });

  it('sees each packet once, though the `any` interface captured it twice', () => {
    const dialogue = new Dialogue(client, broker).open().client('ping').broker('pong').close();
    const twice = dialogue.packets.flatMap((each) => [each, each]);
    const scene = new Scene().feed(twice);
    expect(scene.end()).toEqual(new Scene().feed(dialogue.packets).end());
    expect(scene.table.totals.repeatedBytes).toBe(8);
    expect(scene.table.connections).toBe(1);
  });

  it('begins a new connection where a SYN uses the ports again', () => {
    const first = new Dialogue(client, broker).open().client('one');
    const second = new Dialogue(client, broker, 9_000_000, [77_000, 88_000]).open().client('two');
    expect(new Scene().feed([...first.packets, ...second.packets]).end()).toEqual([
      `1 opened ${client} ${broker} by 0`,
      '1 0 one',
      '1 closed port-reused',
      `2 opened ${client} ${broker} by 0`,
      '2 0 two',
      '2 closed capture-ended',
    ]);
  });

  it('begins a new connection for the same SYN seconds later: a replayed capture', () => {
    const first = new Dialogue(client, broker).open().client('one').close();
    const second = new Dialogue(client, broker, 9_000_000).open().client('two');
    const lines = new Scene().feed([...first.packets, ...second.packets]).end();
    expect(lines.filter((line) => /opened|one|two/.test(line)).length).toBe(4);
  });

  it('knows who connected from a SYN+ACK alone', () => {
    const packets = new Dialogue(client, broker).open().client('ping').packets.slice(1);
    expect(new Scene().feed(packets).end()).toEqual([
      `1 opened ${broker} ${client} by 1`,
      '1 1 ping',
      '1 closed capture-ended',
    ]);
  });

  it('knows where the broker begins when its SYN+ACK is missing', () => {
    const packets = new Dialogue(client, broker).open().client('ping').broker('pong').packets;
    const lines = new Scene().feed([packets[0], ...packets.slice(2)].flatMap((each) => each ?? [])).end();
    expect(lines).toContain('1 1 pong');
  });

  it('joins a connection in its middle at the first payload, not at an acknowledgment', () => {
    const lines = new Scene()
      .feed([
        packet(1, { seq: 500, ack: 900, flags: 'A' }),
        packet(2, { seq: 500, ack: 900, payload: 'late' }),
        packet(3, { seq: 900, ack: 504, payload: 'reply' }, broker, client),
      ])
      .end();
    expect(lines).toEqual([
      `1 opened ${client} ${broker} by null`,
      '1 0? late',
      '1 1? reply',
      '1 closed capture-ended',
    ]);
  });

  it('ends on a reset, telling what was held, and ignores what trails', () => {
    const dialogue = new Dialogue(client, broker).open().client('one').lost('client', 4).client('two').reset();
    const trailing = packet(dialogue.atUs + 5, { seq: 5001, ack: 1, payload: 'late' }, broker, client);
    expect(new Scene().feed([...dialogue.packets, trailing]).end()).toEqual([
      `1 opened ${client} ${broker} by 0`,
      '1 0 one',
      '1 0 gap 4',
      '1 0 two',
      '1 closed reset',
    ]);
  });

  it('tells a lost request as a gap before the answer to the next one', () => {
    const dialogue = new Dialogue(client, broker).open().lost('client', 5).client('two').broker('answer');
    expect(new Scene().feed(dialogue.packets).end()).toEqual([
      `1 opened ${client} ${broker} by 0`,
      '1 0 gap 5',
      '1 0 two',
      '1 1 answer',
      '1 closed capture-ended',
    ]);
  });

  it('takes data in a SYN (fast open)', () => {
    const lines = new Scene()
      .feed([packet(1, { seq: 10, flags: 'S', payload: 'hi' }), packet(2, { seq: 13, payload: 'ho' })])
      .end();
    expect(lines.slice(1, 3)).toEqual(['1 0 hi', '1 0 ho']);
  });

  it('ignores a packet sent to itself (land attack): it has no two sides', () => {
    const scene = new Scene().feed([
      packet(1, { seq: 1, flags: 'S' }, client, client),
      packet(2, { seq: 2, payload: 'x' }, client, client),
    ]);
    expect(scene.end()).toEqual([]);
    expect(scene.table.connections).toBe(0);
  });

  it('forgets silent connections, and the silent longest when there are too many, loudly', () => {
    const one = new Dialogue('10.0.0.1:1', broker).open();
    const two = new Dialogue('10.0.0.1:2', broker, 2_000_000).open();
    const three = new Dialogue('10.0.0.1:3', broker, 3_000_000).open();
    const crowded = new Scene({ connectionsMax: 2, busyUsMax: 1 }).feed([
      ...one.packets,
      ...two.packets,
      ...three.packets,
    ]);
    expect(crowded.lines).toContain('1 closed forgotten');
    expect(crowded.counter.counts()).toEqual({ connectionsMax: 1 });
    const silent = new Scene({ idleUsMax: 1_500_000 }).feed([...one.packets, ...three.packets]);
    expect(silent.lines).toContain('1 closed idle-timeout');
    expect(silent.counter.counts()).toEqual({ idleUsMax: 1 });
  });

  it('leaves a newcomer out while all others are busy, and takes it when one is silent', () => {
    const one = new Dialogue('10.0.0.1:1', broker).open();
    const two = new Dialogue('10.0.0.1:2', broker, 1_100_000).open();
    const scene = new Scene({ connectionsMax: 2, busyUsMax: 1_000_000 }).feed([...one.packets, ...two.packets]);
    scene.feed(new Dialogue('10.0.0.1:3', broker, 1_200_000).open().packets);
    expect(scene.table.connections).toBe(2);
    expect(scene.counter.counts()).toEqual({ connectionsMax: 2 });
    scene.feed(new Dialogue('10.0.0.1:4', broker, 9_000_000).open().packets);
    expect(scene.lines.slice(2)).toEqual([`1 closed forgotten`, `3 opened 10.0.0.1:4 ${broker} by 0`]);
  });

  it('prefers to forget connections that are over', () => {
    const over = new Dialogue('10.0.0.1:1', broker).open().close();
    const open = new Dialogue('10.0.0.1:2', broker, 500_000).open();
    const scene = new Scene({ connectionsMax: 2 }).feed([...open.packets, ...over.packets]);
    scene.feed(new Dialogue('10.0.0.1:3', broker, 3_000_000).open().packets);
    expect(scene.counter.counts()).toEqual({});
    expect(scene.lines.filter((line) => line.includes('forgotten'))).toEqual([]);
  });
});
