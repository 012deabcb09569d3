import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { structsField } from '../../src/protocol/struct-fields.ts';
import { closeAll, FakeBroker, startTestProxy, TestClient, until, Watcher } from '../proxy/harness.ts';
import { framed } from '../support/conversation.ts';

afterEach(closeAll);

/** What a broker of the future offers: [key, oldest, newest]. */
const offer: readonly (readonly [number, number, number])[] = [
  [0, 0, 30], // Produce: its minimum of 0 keeps compression alive in librdkafka (PROTOCOL §2.8)
  [1, 0, 25], // Fetch
  [3, 2, 40],
  [10, 0, 9],
  [12, 0, 77], // Heartbeat names no brokers
  [18, 0, 9],
  [60, 0, 5],
  [78, 1, 9],
  [79, 1, 9],
  [95, 0, 3], // unknown
  [10_001, 0, 2], // a vendor's
];

/** The same, as far as the addresses in it can be read. */
const capped = [
  [0, 0, 13],
  [1, 0, 18],
  [3, 2, 13],
  [10, 0, 6],
  [12, 0, 77],
  [18, 0, 9],
  [60, 0, 2],
  [78, 1, 2],
  [79, 1, 2],
  [95, 0, 3],
  [10_001, 0, 2],
];

const entries = (list: readonly (readonly number[])[]) =>
  list.map(([apiKey = 0, minVersion = 0, maxVersion = 0]) => ({ apiKey, minVersion, maxVersion }));

/** A broker of the future; `echoes` are the payloads it sends back for what nobody here knows. */
async function futureBroker(): Promise<{ broker: FakeBroker; versionsAsked: number[] }> {
  const broker = await FakeBroker.start();
  const versionsAsked: number[] = [];
  broker.answer = ({ apiKey, apiVersion, correlationId }) => {
    if (apiKey === 18) {
      versionsAsked.push(apiVersion);
      // PROTOCOL §2.3: a version it does not know is refused in the layout of version 0.
      const known = apiVersion <= 9;
      const body = known ? { apiKeys: entries(offer) } : { errorCode: 35, apiKeys: entries([[18, 0, 9]]) };
      return encodeResponse({ apiKey, apiVersion: known ? Math.min(apiVersion, 5) : 0, correlationId, body });
    }
    if (apiKey === 3) return undefined;
    return Buffer.concat([Buffer.from([0, 0, 0, correlationId]), Buffer.from(`answer to ${apiKey} v${apiVersion}`)]);
  };
  return { broker, versionsAsked };
}

function versions(payload: Uint8Array, apiVersion: number): number[][] {
  const message = decodeResponse(payload, 18, apiVersion);
  if (message.kind !== 'decoded') throw new Error('no ApiVersions');
  return structsField(message.body, 'apiKeys').map(
    (entry) => [entry.apiKey, entry.minVersion, entry.maxVersion] as number[],
  );
}

/** A request of an API and version without a body, as only its header can be known. */
function bare(apiKey: number, apiVersion: number, correlationId: number): Uint8Array {
  // The last byte says that the header has no tags.
  const head = Buffer.alloc(11);
  head.writeInt16BE(apiKey, 0);
  head.writeInt16BE(apiVersion, 2);
  head.writeInt32BE(correlationId, 4);
  head.writeInt16BE(-1, 8);
  return framed(Buffer.concat([head, Buffer.from('body of the future')]));
}

describe('a broker newer than we are', () => {
  test.each([0, 2, 3, 4, 5])(
    'is offered whole but for the newest versions that name brokers (v%d)',
    async (version) => {
      const { broker } = await futureBroker();
      const watcher = new Watcher();
      const proxy = await startTestProxy([broker.port], watcher);
      const client = await TestClient.connect(proxy.address.port);
      client.send(18, version, 1, version < 3 ? {} : { clientSoftwareName: 'c', clientSoftwareVersion: '1' });
      expect(versions(await client.next(), version)).toEqual(capped);
      expect(watcher.named('versions-capped')[0]?.detail).toMatchObject({
        count: 7,
        message: expect.stringContaining('Fetch 25 → 18'),
      });
      expect(watcher.inputs.some((input) => input.kind === 'tagged' && input.tag === 'capped')).toBe(true);
    },
  );

  test.each([
    [95, 3],
    [10_001, 2],
    [12, 77],
    [1, 25],
    [-5, 1],
  ])('answers API %s v%s with bytes that pass untouched', async (apiKey, apiVersion) => {
    const { broker } = await futureBroker();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    const request = bare(apiKey, apiVersion, 9);
    client.socket.write(request);
    const answer = await client.next();
    expect(Buffer.from(answer.subarray(4)).toString()).toBe(`answer to ${apiKey} v${apiVersion}`);
    await until(() => watcher.bytes('client').equals(request));
    // Only a layout that may hide addresses is worth a word.
    expect(watcher.named('addresses-not-rewritten').length).toBe(apiKey === 1 ? 1 : 0);
  });

  test('hears of a newer ApiVersions what makes it refuse it, and the client goes on with one we know', async () => {
    const { broker, versionsAsked } = await futureBroker();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    await proxy.probed;
    const client = await TestClient.connect(proxy.address.port);
    client.socket.write(bare(18, 7, 4));
    const refusal = await client.next();
    // Error 35, and the newest version of ApiVersions is ours although the broker knows more.
    expect([refusal[4], refusal[5]]).toEqual([0, 35]);
    expect(versions(refusal, 0)).toEqual([[18, 0, 5]]);
    expect(versionsAsked.at(-1)).toBe(255);
    client.send(18, 5, 5, { clientSoftwareName: 'c', clientSoftwareVersion: '1' });
    expect(versions(await client.next(), 5)).toEqual(capped);
    expect(watcher.named('api-versions-too-new')[0]?.detail.message).toContain('version 7');
    // What is shown is what the client sent.
    await until(() => watcher.bytes('client')[7] === 7);
    client.socket.destroy();
    await until(() => proxy.connections() === 0);
  });
});
