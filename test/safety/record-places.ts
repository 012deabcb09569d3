import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { framed } from '../support/conversation.ts';
import type { SecretPlace } from './secret-places.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function requestBytes(key: number, version: number, body: Struct): Uint8Array {
  return encodeRequest({ apiKey: key, apiVersion: version, correlationId: 7, clientId: 'test', body });
}

function responseBytes(key: number, version: number, body: Struct): Uint8Array {
  return encodeResponse({ apiKey: key, apiVersion: version, correlationId: 7, body });
}

type CompressionName = Parameters<typeof encodeRecordBatch>[0]['codec'];

const topicName = 'orders';

function batchOf(part: 'key' | 'value' | 'header', secret: string, codec: CompressionName = 'none'): Uint8Array {
  const other = bytes('x');
  return encodeRecordBatch({
    baseOffset: 0n,
    codec,
    records: [
      {
        timestamp: 0n,
        key: part === 'key' ? bytes(secret) : other,
        value: part === 'value' ? bytes(secret) : other,
        headers: part === 'header' ? [['trace', bytes(secret)]] : [],
      },
    ],
  });
}

function produceBody(records: Uint8Array): Struct {
  return { acks: 1, timeoutMs: 1000, topicData: [{ name: topicName, partitionData: [{ index: 0, records }] }] };
}

function fetchBody(records: Uint8Array): Struct {
  return { responses: [{ topic: topicName, partitions: [{ partitionIndex: 0, records }] }] };
}

/** Keys, values and header values of records, also where the message that carries them cannot be read. */
export const recordPlaces: readonly SecretPlace[] = [
  ...(['key', 'value', 'header'] as const).flatMap((part): SecretPlace[] => [
    {
      name: `Produce, ${part} of a record`,
      payload: true,
      plant: (talk, secret) => talk.request(0, 9, 7, produceBody(batchOf(part, secret))),
    },
    {
      name: `Fetch, ${part} of a record`,
      payload: true,
      plant: (talk, secret) => talk.request(1, 12, 7, {}).response(1, 12, 7, fetchBody(batchOf(part, secret))),
    },
  ]),
  ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map(
    (codec): SecretPlace => ({
      name: `Produce, value of a record in ${codec}`,
      payload: true,
      plant: (talk, secret) => talk.request(0, 9, 7, produceBody(batchOf('value', secret, codec))),
    }),
  ),
  {
    name: 'Produce of a version nobody knows',
    payload: true,
    plant: (talk, secret) => {
      const payload = requestBytes(0, 9, produceBody(batchOf('value', secret)));
      new DataView(payload.buffer, payload.byteOffset).setInt16(2, 99);
      talk.raw('client', framed(payload));
    },
  },
  {
    name: 'Produce with records behind its body',
    payload: true,
    plant: (talk, secret) => {
      const empty = requestBytes(0, 9, { acks: 1 });
      talk.raw('client', framed(new Uint8Array(Buffer.concat([empty, batchOf('value', secret)]))));
    },
  },
  {
    name: 'Produce cut inside its records',
    payload: true,
    plant: (talk, secret) => {
      talk.raw('client', framed(requestBytes(0, 9, produceBody(batchOf('value', secret))).slice(0, -8)));
    },
  },
  {
    name: 'Produce cut by a gap inside its records',
    payload: true,
    plant: (talk, secret) => {
      const whole = framed(requestBytes(0, 9, produceBody(batchOf('value', secret))));
      talk.raw('client', whole.subarray(0, -8)).gap('client', 8);
    },
  },
  {
    name: 'Fetch cut inside its records',
    payload: true,
    plant: (talk, secret) => {
      talk.request(1, 12, 7, {});
      talk.raw('broker', framed(responseBytes(1, 12, fetchBody(batchOf('value', secret))).slice(0, -8)));
    },
  },
];
