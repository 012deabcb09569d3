import { describe, expect, it } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { PacketPath } from '../../src/capture/packet-path.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { piecesOf, readBytes, scriptOf, streamsOf } from './read-bytes.ts';
import {
  apiVersionsRequest,
  apiVersionsResponse,
  Dialogue,
  pcapBytes,
  type SyntheticPacket,
} from './synthetic-capture.ts';

const broker = '10.0.0.2:9092';
const byTime = (...dialogues: readonly Dialogue[]): SyntheticPacket[] =>
  dialogues.flatMap((dialogue) => dialogue.packets).sort((a, b) => a.atUs - b.atUs);
const kafka = (client: string, startUs: number, to = broker) =>
  new Dialogue(client, to, startUs).open().client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));

/** A pcap file cut into its header and its records. */
function recordsOf(file: Buffer): Buffer[] {
  const parts = [file.subarray(0, 24)];
  for (let at = 24; at < file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    parts.push(Buffer.from(file.subarray(at, end)));
    at = end;
  }
  return parts;
}

describe('an endpoint is Kafka', () => {
  it('on whatever port, once a request was answered under its correlation id', async () => {
    const { inputs, stats } = await readBytes(pcapBytes(kafka('10.0.0.1:9092', 1, '10.0.0.2:31337').packets));
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:9092 → 10.0.0.2:31337',
      '1 client 18',
      '1 broker 20',
      '1 closed capture-ended',
    ]);
    expect(stats).toMatchObject({ kafkaConnections: 1, notKafkaConnections: 0, notKafka: [] });
  });

  it('for all its connections, those before the proof too, in the order of the capture', async () => {
    const http = new Dialogue('10.0.0.1:1', broker, 1_000).open().client('GET / HTTP/1.1\r\n\r\n');
    const silent = new Dialogue('10.0.0.1:2', broker, 2_000).open();
    const proving = kafka('10.0.0.1:3', 3_000);
    http.wait(5_000).client('more').close();
    const { inputs, stats } = await readBytes(pcapBytes(byTime(http, silent, proving)));
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:1 → 10.0.0.2:9092',
      '1 client 18',
      '2 opened 10.0.0.1:2 → 10.0.0.2:9092',
      '3 opened 10.0.0.1:3 → 10.0.0.2:9092',
      '3 client 18',
      '3 broker 20',
      '1 client 4',
      '1 client ended',
      '1 broker ended',
      '1 closed fin',
      '2 closed capture-ended',
      '3 closed capture-ended',
    ]);
    expect(inputs.every((input, index) => index === 0 || input.atUs >= (inputs[index - 1]?.atUs ?? 0))).toBe(true);
    expect(stats).toMatchObject({ kafkaConnections: 3, notKafkaConnections: 0 });
  });

  it('also late: what was said long before is told whole, then', async () => {
    const early = new Dialogue('10.0.0.1:1', broker, 1_000).open().client(apiVersionsRequest(1)).reset();
    const late = kafka('10.0.0.1:2', 60_000_000);
    const { inputs } = await readBytes(pcapBytes(byTime(early, late)));
    expect(scriptOf(inputs).slice(0, 3)).toEqual([
      '1 opened 10.0.0.1:1 → 10.0.0.2:9092',
      '1 client 18',
      '1 closed reset',
    ]);
  });

  it('also late for two at once: in the order in which they spoke, not one after the other', async () => {
    const one = new Dialogue('10.0.0.1:1', broker, 1_000).open().wait(5_000).client('one');
    const two = new Dialogue('10.0.0.1:2', broker, 2_000).open().wait(1_000).client('two');
    const { inputs } = await readBytes(pcapBytes(byTime(one, two, kafka('10.0.0.1:3', 60_000_000))));
    const times = inputs.map((input) => input.atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(scriptOf(inputs).slice(2, 4)).toEqual(['2 client 3', '1 client 3']);
  });

  it('keeps two brokers in the order of the capture while the second is undecided', async () => {
    const first = kafka('10.0.0.1:1', 1_000);
    const second = new Dialogue('10.0.0.1:2', '10.0.0.3:9092', 1_450).open().client(apiVersionsRequest(1));
    first.wait(300).client(apiVersionsRequest(8)).broker(apiVersionsResponse(8));
    second.wait(2_000).broker(apiVersionsResponse(1));
    const { inputs } = await readBytes(pcapBytes(byTime(first, second)));
    const times = inputs.map((input) => input.atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(inputs.length).toBe(10);
  });

  it('and does not wait for an undecided neighbour for more than a second', async () => {
    const foreign = new Dialogue('10.0.0.1:1', '10.0.0.9:5432', 1_000).open();
    const first = kafka('10.0.0.1:2', 2_000);
    first.wait(3_000_000).client(apiVersionsRequest(8));
    const seen: string[] = [];
    let packets = 0;
    const bytes = pcapBytes(byTime(foreign, first));
    const { inputs } = await readBytes(bytes, { control: { onProgress: () => seen.push(String(packets++)) } });
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:2 → 10.0.0.2:9092',
      '1 client 18',
      '1 broker 20',
      '1 client 18',
      '1 closed capture-ended',
    ]);
    expect(seen.length).toBeGreaterThan(0);
  });
});

describe('a connection from before the capture', () => {
  const midstream = (dialogue: Dialogue) => pcapBytes(dialogue.packets);

  it('finds its direction by what is said, not by ports', async () => {
    const dialogue = new Dialogue('10.0.0.1:9092', '10.0.0.2:40000');
    dialogue.broker(apiVersionsResponse(6)).client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));
    const { inputs } = await readBytes(midstream(dialogue));
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:9092 → 10.0.0.2:40000 midstream',
      '1 broker 20',
      '1 client 18',
      '1 broker 20',
      '1 closed capture-ended',
    ]);
  });

  it('is told from the first whole frame on, when it was joined inside one', async () => {
    const dialogue = new Dialogue('10.0.0.1:40000', broker);
    dialogue.broker('tail of some earlier answer').client('tail of a request');
    dialogue.client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));
    const { inputs, stats } = await readBytes(midstream(dialogue));
    expect(scriptOf(inputs).slice(1)).toEqual(['1 client 18', '1 broker 20', '1 closed capture-ended']);
    expect(stats.unalignedBytes).toBe(27 + 17);
  });

  it('on an endpoint known already is aligned as well', async () => {
    const dialogue = new Dialogue('10.0.0.1:40000', broker, 9_000_000);
    dialogue.client('tail').client(apiVersionsRequest(7)).broker('tail').broker(apiVersionsResponse(7));
    const { inputs, stats } = await readBytes(pcapBytes(byTime(kafka('10.0.0.1:1', 1_000), dialogue)));
    expect(scriptOf(inputs).filter((line) => line.startsWith('2 '))).toEqual([
      '2 opened 10.0.0.1:40000 → 10.0.0.2:9092 midstream',
      '2 client 18',
      '2 broker 20',
      '2 closed capture-ended',
    ]);
    expect(stats.unalignedBytes).toBe(8);
  });

  it('begins anew where a join turns out to be wrong', async () => {
    const dialogue = new Dialogue('10.0.0.1:40000', broker);
    // Looks like a response of 8 bytes, then is none.
    dialogue.broker(Buffer.from([0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0])).broker('\xff\xff\xff\xff not a size');
    dialogue.client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));
    const { inputs } = await readBytes(midstream(dialogue));
    expect(scriptOf(inputs).slice(1)).toEqual(['1 client 18', '1 broker 20', '1 closed capture-ended']);
  });

  it('whose first bytes are lost within a frame is joined at the next frame', async () => {
    const dialogue = new Dialogue('10.0.0.1:40000', broker).open().lost('client', 5);
    dialogue.client(apiVersionsRequest(6).subarray(5)).broker(apiVersionsResponse(6));
    dialogue.client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));
    const { inputs, stats } = await readBytes(midstream(dialogue));
    expect(scriptOf(inputs).slice(1, -1)).toEqual(['1 broker 20', '1 client 18', '1 broker 20']);
    expect(stats).toMatchObject({ unalignedBytes: 13, gaps: 1 });
  });

  it('is not lost when its first request is: the side is joined at the next frame', async () => {
    const dialogue = new Dialogue('10.0.0.1:40000', broker).open().lost('client', 30);
    dialogue.client(apiVersionsRequest(7)).broker(apiVersionsResponse(7));
    const { inputs, stats } = await readBytes(midstream(dialogue));
    expect(scriptOf(inputs)).toContain('1 client 18');
    expect(stats).toMatchObject({ gaps: 1, missingBytes: 30 });
  });
});

describe('what is not Kafka', () => {
  it('is counted by endpoint with what it looks like, the most bytes first', async () => {
    const ssh = new Dialogue('10.0.0.1:1', '10.0.0.9:22', 1_000).open().broker('SSH-2.0-OpenSSH_9.2\r\n'.repeat(20));
    const web = new Dialogue('10.0.0.1:2', '10.0.0.9:80', 2_000).open().client('GET / HTTP/1.1\r\n\r\n').close();
    const again = new Dialogue('10.0.0.1:3', '10.0.0.9:80', 3_000).open().client('GET / HTTP/1.1\r\n\r\n').close();
    const { inputs, stats } = await readBytes(pcapBytes(byTime(ssh, web, again)));
    expect(inputs).toEqual([]);
    expect(stats).toMatchObject({ tcpConnections: 3, kafkaConnections: 0, notKafkaConnections: 3 });
    expect(stats.notKafka).toEqual([
      { endpoint: '10.0.0.9:22', connections: 1, bytes: 420, looksLike: 'ssh' },
      { endpoint: '10.0.0.9:80', connections: 2, bytes: 36, looksLike: 'http-request' },
    ]);
  });

  it('includes ZooKeeper, which has the same framing and an answer under the same number', async () => {
    const frame = (parts: readonly (readonly [number, number])[], tail = '') => {
      const body = Buffer.concat(
        parts.map(([bytes, value]) => {
          const number = Buffer.alloc(bytes);
          number.writeIntBE(value, Math.max(0, bytes - 6), Math.min(6, bytes));
          return number;
        }),
      );
      const all = Buffer.concat([body, Buffer.from(tail)]);
      const size = Buffer.alloc(4);
      size.writeInt32BE(all.length);
      return Buffer.concat([size, all]);
    };
    const zookeeper = new Dialogue('10.0.0.1:1', '10.0.0.9:2181').open();
    // ConnectRequest: protocol 0, zxid 0, timeout 30000, session 0, password 16 bytes, not read-only; and its answer.
    zookeeper.client(
      frame(
        [
          [4, 0],
          [8, 0],
          [4, 30_000],
          [8, 0],
          [4, 16],
        ],
        '\0'.repeat(17),
      ),
    );
    zookeeper.broker(
      frame(
        [
          [4, 0],
          [4, 30_000],
          [8, 12_345],
          [4, 16],
        ],
        'p'.repeat(17),
      ),
    );
    for (let xid = 1; xid < 30; xid += 1) {
      // getData (type 4) of a path, no watch: read as Kafka, Produce with correlation id 4.
      const path = `/brokers/ids/${xid}`;
      zookeeper.client(
        frame(
          [
            [4, xid],
            [4, 4],
            [4, path.length],
          ],
          `${path}\0`,
        ),
      );
      zookeeper.broker(
        frame(
          [
            [4, xid],
            [8, 99],
            [4, 0],
            [4, 3],
          ],
          'abc',
        ),
      );
    }
    const { inputs, stats } = await readBytes(pcapBytes(zookeeper.packets));
    expect(inputs).toEqual([]);
    expect(stats.notKafka).toMatchObject([{ endpoint: '10.0.0.9:2181', looksLike: 'kafka-plausible' }]);
  });
});

describe('memory is bounded', () => {
  const big = Buffer.alloc(1_000, 'x');

  it('by what is held of a foreign connection, whose loss is then a gap of known size', async () => {
    const foreign = new Dialogue('10.0.0.1:1', broker, 1_000).open();
    for (let count = 0; count < 10; count += 1) foreign.client(big);
    const { inputs, stats } = await readBytes(pcapBytes(byTime(foreign, kafka('10.0.0.1:2', 9_000))), {
      limits: { foreignBytesMax: 3_000 },
    });
    const stream = streamsOf(inputs)['1 client'] ?? '';
    const kept = stream.replace(/\[gap .*/, '').length;
    expect(kept).toBeLessThanOrEqual(4_000);
    expect(stream).toBe(`${'x'.repeat(kept)}[gap ${10_000 - kept}]`);
    expect(stats.limitsReached).toEqual({ foreignBytesMax: 1 });
  });

  it('by what is held of an undecided one; frames beyond the gap are found again', async () => {
    const undecided = new Dialogue('10.0.0.1:1', broker, 1_000).open();
    // Frames that read as nothing known: size 996, then zeros of API 32639.
    const frame = Buffer.alloc(1_000, 0x7f);
    frame.writeInt32BE(996);
    for (let count = 0; count < 10; count += 1) undecided.client(frame);
    const proving = kafka('10.0.0.1:2', 9_000);
    undecided.wait(20_000).client(apiVersionsRequest(3));
    const { inputs, stats } = await readBytes(pcapBytes(byTime(undecided, proving)), {
      limits: { undecidedBytesMax: 5_000 },
    });
    const said = inputs.filter((input) => input.connection === 1 && (input.kind === 'segment' || input.kind === 'gap'));
    const total = said.reduce(
      (sum, input) =>
        sum + (input.kind === 'segment' ? input.bytes.length : input.kind === 'gap' ? (input.missingBytes ?? 0) : 0),
      0,
    );
    expect(total).toBe(10_018);
    expect(stats.limitsReached).toEqual({ undecidedBytesMax: 1 });
  });

  it('by what is held in all: the oldest is let go, and may still prove itself', async () => {
    const dialogues: Dialogue[] = [];
    for (let port = 1; port <= 20; port += 1) {
      dialogues.push(new Dialogue(`10.0.0.1:${port}`, `10.0.1.${port}:5000`, port * 10_000).open().client(big));
    }
    const first = dialogues[0] ?? expect.unreachable();
    first.wait(900_000).client(apiVersionsRequest(5)).broker(apiVersionsResponse(5));
    const { inputs, stats } = await readBytes(pcapBytes(byTime(...dialogues)), {
      limits: { undecidedBytesTotalMax: 12_000 },
    });
    expect(stats.limitsReached.undecidedBytesTotalMax).toBeGreaterThan(5);
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:1 → 10.0.1.1:5000 midstream',
      '1 client 18',
      '1 broker 20',
      '1 closed capture-ended',
    ]);
    expect(stats).toMatchObject({ kafkaConnections: 1, notKafkaConnections: 19 });
  });

  it('and an endpoint that is Kafka after all is not listed as something else', async () => {
    const forgotten = new Dialogue('10.0.0.1:1', broker, 1_000).open().client(big).close();
    const other = new Dialogue('10.0.0.1:2', '10.0.0.9:5000', 2_000_000).open().client(big).client(big);
    const { inputs, stats } = await readBytes(pcapBytes(byTime(forgotten, other, kafka('10.0.0.1:3', 4_000_000))), {
      limits: { undecidedBytesTotalMax: 3_000 },
    });
    expect(scriptOf(inputs)[0]).toBe('1 opened 10.0.0.1:3 → 10.0.0.2:9092');
    expect(stats.notKafka.map((entry) => entry.endpoint)).toEqual(['10.0.0.9:5000']);
    expect(stats.notKafkaConnections).toBe(1);
  });

  it('by the number of endpoints that may be Kafka', async () => {
    const { stats } = await readBytes(
      pcapBytes(byTime(kafka('10.0.0.1:1', 1_000), kafka('10.0.0.1:2', 2_000, '10.0.0.3:9092'))),
      { limits: { kafkaEndpointsMax: 1 } },
    );
    expect(stats).toMatchObject({ kafkaConnections: 1, limitsReached: { kafkaEndpointsMax: 1 } });
  });

  it('and what is queued behind an undecided neighbour', async () => {
    const foreign = new Dialogue('10.0.0.1:1', '10.0.0.9:5432', 1_000).open();
    const first = kafka('10.0.0.1:2', 2_000);
    for (let id = 10; id < 60; id += 1) first.client(apiVersionsRequest(id)).broker(apiVersionsResponse(id));
    const { inputs, stats } = await readBytes(pcapBytes(byTime(foreign, first)), {
      limits: { orderedBytesMax: 2_000 },
    });
    expect(stats.limitsReached).toEqual({ orderedBytesMax: 1 });
    expect(inputs.filter((input) => input.kind === 'segment').length).toBe(102);
  });
});

it('what is held is a copy: the buffers of the file may be used again', () => {
  const http = new Dialogue('10.0.0.1:1', broker, 1_000)
    .open()
    .client('GET / HTTP/1.1')
    .lost('client', 2)
    .client('held');
  const late = kafka('10.0.0.1:2', 9_000_000);
  const said: string[] = [];
  const counter = new LimitCounter();
  const emit = (input: EngineInput) => {
    if (input.kind === 'segment') said.push(Buffer.from(input.bytes).toString('latin1'));
  };
  const path = new PacketPath(emit, captureLimits, counter);
  const reader = new CaptureReader(captureLimits, counter);
  const packet = new Packet();
  for (const part of recordsOf(pcapBytes(byTime(http, late)))) {
    reader.push(part);
    while (reader.next(packet)) path.receive(packet);
    part.fill(0x21);
  }
  path.end();
  expect(said[0]).toBe('GET / HTTP/1.1');
  expect(said.at(-1)).toBe('held');
});

it('the cut of the file into chunks changes nothing', async () => {
  const dialogue = kafka('10.0.0.1:1', 1_000)
    .lost('client', 3)
    .client(apiVersionsRequest(8))
    .broker(apiVersionsResponse(8))
    .close();
  const bytes = pcapBytes(dialogue.packets);
  const whole = await readBytes(bytes);
  for (const pieceBytes of [1, 13, 100]) {
    const cut = await readBytes(bytes, { pieceBytes });
    expect(cut.inputs).toEqual(whole.inputs);
    expect(piecesOf(bytes, pieceBytes).length).toBeGreaterThan(5);
  }
});
