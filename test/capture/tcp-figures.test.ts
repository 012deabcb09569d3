import { describe, expect, it } from 'vitest';
import { type ConnectionTcp, noTcpFigures, TcpTally, tcpListedMax } from '../../src/capture/tcp-figures.ts';
import { readBytes } from './read-bytes.ts';
import { apiVersionsRequest, apiVersionsResponse, Dialogue, pcapBytes, tcpPacket } from './synthetic-capture.ts';

function connectionWith(connection: number, retransmittedSegments: number): ConnectionTcp {
  const client = { ...noTcpFigures.client, retransmittedSegments };
  return { ...noTcpFigures, client, connection, atUs: 0, clientAddress: 'c:1', brokerAddress: 'b:2' };
}

describe('TcpTally', () => {
  it('sums up, and lists the connections that fared worst', () => {
    const tally = new TcpTally();
    for (let id = 1; id <= tcpListedMax + 10; id += 1) tally.add(connectionWith(id, id % 7));
    const { worst, retransmittedSegments } = tally.stats();
    expect(retransmittedSegments).toBe(6 * 21);
    expect(worst).toHaveLength(tcpListedMax);
    expect(worst.slice(0, 7).map(({ connection }) => connection)).toEqual([6, 13, 20, 27, 34, 41, 5]);
    expect(worst.every(({ client }) => client.retransmittedSegments > 0)).toBe(true);
  });
});

describe('the figures of a connection in a capture', () => {
  const client = '10.0.0.1:40000';
  const broker = '10.0.0.2:9092';

  it('has its handshake, round trips, repetitions and closed windows', async () => {
    const request = apiVersionsRequest(1);
    const response = apiVersionsResponse(1);
    const packets = [
      tcpPacket(1_000, { from: client, to: broker, seq: 99, flags: 'S' }),
      tcpPacket(1_400, { from: broker, to: client, seq: 499, ack: 100, flags: 'SA' }),
      tcpPacket(1_450, { from: client, to: broker, seq: 100, ack: 500, flags: 'A' }),
      tcpPacket(2_000, { from: client, to: broker, seq: 100, ack: 500, payload: request }),
      // Nobody answers for 300 ms: the whole request once more.
      tcpPacket(302_000, { from: client, to: broker, seq: 100, ack: 500, payload: request }),
      tcpPacket(302_500, { from: broker, to: client, seq: 500, ack: 100 + request.length, payload: response }),
      tcpPacket(302_600, {
        from: client,
        to: broker,
        seq: 100 + request.length,
        ack: 500 + response.length,
        flags: 'A',
      }),
    ];
    const told: ConnectionTcp[] = [];
    const { stats } = await readBytes(pcapBytes(packets), { control: { onTcp: (figures) => told.push(figures) } });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      connection: 1,
      clientAddress: client,
      brokerAddress: broker,
      handshake: { brokerUs: 400, clientUs: 50 },
      client: { segments: 1, retransmittedSegments: 1, retransmittedBytes: request.length, roundTrip: null },
      broker: { segments: 1, retransmittedSegments: 0, roundTrip: { count: 1, minUs: 100 } },
    });
    expect(stats.tcp).toMatchObject({ retransmittedSegments: 1, retransmittedBytes: request.length });
    expect(stats.tcp.worst).toEqual(told);
  });

  it('notes bytes that came again with other content: the first ones are read', async () => {
    const dialogue = new Dialogue(client, broker).open().client(apiVersionsRequest(1)).broker(apiVersionsResponse(1));
    const request = apiVersionsRequest(2);
    const start = 1_001 + apiVersionsRequest(1).length;
    const at = dialogue.atUs;
    const ack = 5_001 + apiVersionsResponse(1).length;
    const altered = Buffer.from(request);
    altered.fill(0xff, 14);
    const packets = [
      ...dialogue.packets,
      // Behind a hole of ten bytes: the rest of a request, then the same stretch with another client id.
      tcpPacket(at + 100, { from: client, to: broker, seq: start + 10, ack, payload: request.subarray(10) }),
      tcpPacket(at + 200, { from: client, to: broker, seq: start + 10, ack, payload: altered.subarray(10) }),
      tcpPacket(at + 300, { from: client, to: broker, seq: start, ack, payload: request.subarray(0, 10) }),
    ];
    const { stats, inputs } = await readBytes(pcapBytes(packets));
    const said = inputs.flatMap((input) => (input.kind === 'segment' && input.from === 'client' ? [input.bytes] : []));
    expect(Buffer.concat(said).equals(Buffer.concat([apiVersionsRequest(1), request]))).toBe(true);
    expect(stats.tcp).toMatchObject({ conflictingBytes: 4, outOfOrderSegments: 1, retransmittedSegments: 1 });
  });
});
