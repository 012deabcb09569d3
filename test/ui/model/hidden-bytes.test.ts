import { describe, expect, it } from 'vitest';
import { encodeRequest } from '../../../src/protocol/encode.ts';
import { encodeRecordBatch } from '../../../src/records/encode-records.ts';
import { TrafficStore } from '../../../src/store/store.ts';
import { hiddenBytes } from '../../../ui/model/hidden-bytes.ts';
import { Conversation, framed } from '../../support/conversation.ts';
import { driveEngine } from '../../support/drive-engine.ts';

const value = 'the value of a record';

function produce(version: number): Buffer {
  const bytes = new Uint8Array(Buffer.from(value));
  const records = encodeRecordBatch({
    baseOffset: 0n,
    codec: 'none',
    records: [{ timestamp: 0n, key: null, value: bytes }],
  });
  const body = { acks: 1, topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }] };
  const payload = encodeRequest({ apiKey: 0, apiVersion: 9, correlationId: 1, clientId: 'test', body });
  new DataView(payload.buffer, payload.byteOffset).setInt16(2, version);
  return Buffer.from(payload);
}

/** The request's bytes with the hidden ones as stars. */
function shown(payload: Uint8Array): string {
  const store = new TrafficStore(1 << 20);
  for (const event of driveEngine(new Conversation().raw('client', framed(payload)).inputs).all) store.apply(event);
  const detail = store.detail(1, false);
  if (detail?.request == null) throw new Error('no request');
  const bytes = Buffer.from(detail.request.bytes);
  for (const [start, end] of hiddenBytes(detail, 'request')) bytes.fill('*', start, end);
  expect(hiddenBytes(detail, 'response')).toEqual([]);
  return bytes.toString('latin1');
}

describe('payload hidden in the bytes pane', () => {
  it('is the records of a Produce that can be read', () => {
    expect(shown(produce(9))).not.toContain(value);
    expect(shown(produce(9))).toContain('orders');
  });

  it('is all that was not read of one that is cut, of an unknown version, or has bytes behind its body', () => {
    const cut = shown(produce(9).subarray(0, -4));
    expect(cut).not.toContain(value);
    expect(cut).toContain('orders');
    expect(shown(produce(99))).not.toContain(value);
    expect(shown(Buffer.concat([produce(9), Buffer.from(value)]))).not.toContain(value);
  });

  it('is nothing in a message that carries no records', () => {
    const body = { key: value, keyType: 0 };
    const payload = encodeRequest({ apiKey: 10, apiVersion: 2, correlationId: 1, clientId: 'test', body });
    expect(shown(Buffer.concat([payload, Buffer.from(value)]))).toContain(`${value}\0${value}`);
  });
});
