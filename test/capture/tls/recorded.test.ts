import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/capture/source.ts';
import { Engine } from '../../../src/exchange/engine.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';

const fixture = (name: string) => new URL(`../../../fixtures/tls/${name}`, import.meta.url).pathname;
const path = fixture('recorded.pcap');

async function exchangesOf(keylog?: string): Promise<{ exchanges: Exchange[]; decrypted: number; unread: number }> {
  const engine = new Engine();
  const exchanges: Exchange[] = [];
  const { tls } = await readCapture({ path, ...(keylog === undefined ? {} : { keylog }) }, (input) => {
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      if (event.kind === 'completed') exchanges.push(event.exchange);
    }
  });
  return { exchanges, decrypted: tls.decrypted, unread: tls.unread };
}

/** Times of the packets that begin with a ClientHello record and carry more than it, in order. */
function helloPacketsWithMore(): number[] {
  const file = readFileSync(path);
  const times: number[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    const packet = file.subarray(at + 16, end);
    const tcp = 14 + ((packet[14] ?? 0) & 15) * 4;
    const payload = packet.subarray(tcp + ((packet[tcp + 12] ?? 0) >> 4) * 4);
    // Handshake record, ClientHello, and bytes behind it.
    if (payload.length > 5 && payload[0] === 22 && payload[5] === 1 && payload.readUInt16BE(3) + 5 < payload.length) {
      times.push(file.readUInt32LE(at) * 1_000_000 + file.readUInt32LE(at + 4));
    }
    at = end;
  }
  return times;
}

describe('connections of OpenSSL, captured on loopback', () => {
  it.each([
    ['full', 'TLSv1.3', 'a HelloRetryRequest'],
    ['early', 'TLSv1.3', 'a resumed session with early data'],
    ['replayed', 'TLSv1.3', 'early data that was refused, then key updates'],
    ['updated', 'TLSv1.3', 'early data and key updates'],
    ['twelve', 'TLSv1.2', 'a full handshake'],
    ['twelve-again', 'TLSv1.2', 'a resumed session'],
  ])('%s: %s, %s', async (clientId, version) => {
    const { exchanges, decrypted, unread } = await exchangesOf(fixture('recorded.keylog'));
    expect({ decrypted, unread }).toEqual({ decrypted: 6, unread: 0 });
    const own = exchanges.filter((exchange) => exchange.clientId === clientId);
    expect(own.map(({ apiKey, correlationId, status }) => [apiKey, correlationId, status])).toEqual([
      [18, 1, 'answered'],
      [3, 2, 'answered'],
      [0, 3, 'answered'],
      [0, 4, 'answered'],
    ]);
    expect(own.every(({ request, response }) => request?.opaque === null && response?.opaque === null)).toBe(true);
    expect(own[0]?.connection.tls).toMatchObject({ version, sni: 'broker-1.unit.test' });
  });

  it('early data carries the time of its packet, which is that of the ClientHello', async () => {
    const { exchanges } = await exchangesOf(fixture('recorded.keylog'));
    const [early, replayed, updated] = helloPacketsWithMore();
    const firstOf = (clientId: string) => exchanges.find((exchange) => exchange.clientId === clientId)?.request?.atUs;
    expect([firstOf('early'), firstOf('updated')]).toEqual([early, updated]);
    // What was refused came again behind the handshake, and only that reached the broker.
    expect(firstOf('replayed')).toBeGreaterThan(replayed ?? Number.POSITIVE_INFINITY);
  });

  it('without keys nothing is read, and nothing is taken for Kafka', async () => {
    expect(await exchangesOf()).toEqual({ exchanges: [], decrypted: 0, unread: 6 });
  });
});
