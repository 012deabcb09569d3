import { expect, it } from 'vitest';
import { batchFactsOf, recordsFactsOf } from '../../src/exchange/records-facts.ts';
import { exchangeLine } from '../../src/export/ndjson.ts';
import { recordSpansMax } from '../../src/protocol/walk-facts.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

/** A batch of format 2 with three records in ten bytes, as far as its header goes; the checksum is not looked at. */
function batch(): Uint8Array {
  const bytes = new Uint8Array(61 + 10);
  const view = new DataView(bytes.buffer);
  view.setInt32(8, bytes.length - 12); // batchLength: what follows it
  view.setInt8(16, 2); // magic
  view.setInt16(21, 0); // attributes: no compression
  view.setInt32(23, 2); // lastOffsetDelta
  view.setInt32(57, 3); // count of records
  return bytes;
}

it('sums the batches of all partitions', () => {
  const payload = Buffer.concat([batch(), batch()]);
  expect(recordsFactsOf(batchFactsOf(payload, [0, 71, 71, 142]))).toMatchObject({
    count: 6,
    batches: 2,
    bytes: 142,
    codecs: ['none'],
  });
  expect(recordsFactsOf(batchFactsOf(payload, []))).toBeNull();
});

it('a message with more partitions than are looked at says how many it leaves out', () => {
  const records = batch();
  const partitionData = Array.from({ length: recordSpansMax + 5 }, (_, index) => ({ index, records }));
  const { inputs } = new Conversation()
    .request(0, 8, 1, { acks: 1, topicData: [{ name: 'orders', partitionData }] })
    .closed();
  const [exchange] = driveEngine(inputs).exchanges;
  expect(exchange?.records?.batches).toBe(recordSpansMax);
  expect(exchange?.partitionsOmitted).toBe(5);
  if (exchange === undefined) return;
  const line = exchangeLine(
    { ...exchange, request: null },
    { records: false, payload: 'hide', unsafeShowSecrets: false },
  );
  expect(JSON.parse(line).records).toMatchObject({ batches: recordSpansMax, partitionsOmitted: 5 });
});
