import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BrokerNames } from '../../../src/export/pcapng/broker-names.ts';
import { namedBrokersMax } from '../../../src/export/pcapng/limits.ts';
import { PcapngRecording } from '../../../src/export/pcapng/recording.ts';
import { encodeResponse } from '../../../src/protocol/encode.ts';
import { readBytes } from '../../capture/read-bytes.ts';
import { blocksOf, message, opening, optionsOf, recorded, recordingOptions } from '../../support/recorded.ts';

/** A Metadata answer that names brokers by node id and host. */
function metadata(hosts: Readonly<Record<number, string>>): Uint8Array {
  const brokers = Object.entries(hosts).map(([nodeId, host]) => ({
    nodeId: Number(nodeId),
    host,
    port: 9092,
    rack: null,
  }));
  return encodeResponse({
    apiKey: 3,
    apiVersion: 9,
    correlationId: 1,
    body: { brokers, clusterId: 'c', controllerId: 1, topics: [] },
  });
}

const metadataMessage = (hosts: Readonly<Record<number, string>>, connection = 1) =>
  message('broker', 2_000_000, metadata(hosts), { apiKey: 3, apiVersion: 9, connection });

it('joins the host that Metadata tells with the address that a connection has, whichever comes first', () => {
  const names = new BrokerNames();
  names.opened(1, '10.0.0.1:9092');
  names.learn(7, metadata({ 1: 'b1.example', 2: 'b2.example' }), 9);
  expect(names.take()).toEqual([{ address: Uint8Array.of(10, 0, 0, 1), name: 'b1.example' }]);
  names.opened(null, '10.0.0.9:9092');
  names.opened(2, '[2001:db8::2]:9092');
  expect(names.take()).toMatchObject([{ name: 'b2.example' }]);
  expect(names.take()).toEqual([]);
  expect(names.all().map(({ name }) => name)).toEqual(['b1.example', 'b2.example']);
});

it('takes no address for a name, nothing a terminal obeys, and one name for an address', () => {
  const names = new BrokerNames();
  for (const nodeId of [1, 2, 3, 4, 5]) names.opened(nodeId, '10.0.0.1:9092');
  names.learn(1, metadata({ 1: '10.0.0.1', 2: 'b\x1b[2J', 3: '', 4: 'b4', 5: 'b5' }), 9);
  expect(names.all().map(({ name }) => name)).toEqual(['b4']);
});

it('says that it is full', () => {
  const names = new BrokerNames();
  for (let nodeId = 0; nodeId < namedBrokersMax; nodeId += 1) names.opened(nodeId, '10.0.0.1:9092');
  expect(names.isFull).toBe(false);
  names.opened(0, '10.0.0.2:9092');
  expect(names.isFull).toBe(false);
  names.opened(namedBrokersMax, '10.0.0.1:9092');
  expect(names.isFull).toBe(true);
});

it('any bytes teach something or nothing', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 99 }), (bytes) => new BrokerNames().learn(1, bytes, 9)));
});

it('a recording gives the names in a block that our own reader reads', async () => {
  const entries = [
    opening(1, { nodeId: 1 }),
    metadataMessage({ 1: 'b1.example', 2: 'b2.example' }),
    opening(2, { nodeId: 2, broker: '[2001:db8::2]:9092' }),
  ];
  const file = recorded(entries);
  expect(blocksOf(file).filter(({ type }) => type === 4)).toHaveLength(2);
  const { stats } = await readBytes(file);
  expect(stats.damage).toBeNull();
  expect(stats.hostNames).toEqual({ '198.51.100.2': 'b1.example', '2001:db8::2': 'b2.example' });
});

it('the next file begins with all names, and every file says where there are more', async () => {
  const recording = new PcapngRecording(recordingOptions);
  const before = () => {
    const bytes = recording.written().slice();
    recording.clear();
    return bytes;
  };
  recording.beginFile();
  recording.take(opening(1, { nodeId: 1 }));
  recording.take(metadataMessage({ 1: 'b1.example' }));
  for (let nodeId = 2; nodeId <= namedBrokersMax + 3; nodeId += 1) recording.take(opening(nodeId, { nodeId }));
  /** Sentences of the name blocks without names: their options follow the record that ends the names. */
  const notes = (file: Uint8Array) =>
    blocksOf(file)
      .filter(({ type, body }) => type === 4 && body.readUInt32LE(0) === 0)
      .map(({ body }) => optionsOf(body, 4)[1]?.toString());
  expect(notes(before())).toEqual(['Only 1024 brokers are named; there are more.']);
  recording.beginFile();
  const file = before();
  expect((await readBytes(file)).stats.hostNames).toEqual({ '198.51.100.2': 'b1.example' });
  const [names] = blocksOf(file).filter(({ type }) => type === 4);
  // Two records: 4 + 4 bytes of address + 11 of the name, padded to 20 + 4; then the end of the records, and options.
  expect(optionsOf(names?.body ?? Buffer.alloc(0), 24)[1]?.toString()).toMatch(/there are more\.$/);
});

it('an entry is never larger than was said of it', () => {
  const hosts = Object.fromEntries(Array.from({ length: 200 }, (_, nodeId) => [nodeId, `b${nodeId}`]));
  const recording = new PcapngRecording(recordingOptions);
  recording.beginFile();
  const entries = [
    ...Array.from({ length: 200 }, (_, nodeId) => opening(nodeId + 1, { nodeId, broker: `10.0.0.${nodeId}:9092` })),
    metadataMessage(hosts),
  ];
  for (const entry of entries) {
    const before = recording.length;
    recording.take(entry);
    expect(recording.length - before).toBeLessThanOrEqual(recording.bytesMaxOf(entry));
  }
});
