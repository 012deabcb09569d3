import { describe, expect, it } from 'vitest';
import { readBatchHeader } from '../../../src/broker/batch-header.ts';
import type { Struct } from '../../../src/protocol/message.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { batchOf, Dialogue } from '../dialogue.ts';

async function ask(timestamp: bigint, version = 11): Promise<Struct> {
  const dialogue = new Dialogue();
  const log = dialogue.cluster.topics.create('orders', 1, 1).partitions[0]?.log;
  for (const start of [100n, 500n]) {
    const batch = batchOf(['a', 'b', 'c'], { timestamp: start, codec: 'gzip' });
    const header = readBatchHeader(batch);
    if (header !== null) log?.append(batch, header, 0);
  }
  log?.deleteBefore(1n);
  const partitions = [{ partitionIndex: 0, timestamp, currentLeaderEpoch: -1, maxNumOffsets: 1 }];
  const answer = await dialogue.ask(2, version, { replicaId: -1, topics: [{ name: 'orders', partitions }] });
  return structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0] ?? {};
}

describe('ListOffsets', () => {
  it('knows the ends, the newest timestamp and the first record since a time', async () => {
    expect(await ask(-1n)).toMatchObject({ errorCode: 0, offset: 6n, timestamp: -1n });
    expect(await ask(-2n)).toMatchObject({ offset: 1n });
    expect(await ask(-3n)).toMatchObject({ offset: 5n, timestamp: 502n });
    expect(await ask(102n)).toMatchObject({ offset: 2n, timestamp: 102n });
    expect(await ask(103n)).toMatchObject({ offset: 3n, timestamp: 500n });
    expect(await ask(9_999n)).toMatchObject({ offset: -1n, timestamp: -1n });
    expect(await ask(-5n)).toMatchObject({ offset: -1n });
  });

  it('answers a list in v0', async () => {
    expect(await ask(-1n, 0)).toMatchObject({ oldStyleOffsets: [6n] });
    expect(await ask(9_999n, 0)).toMatchObject({ oldStyleOffsets: [] });
  });
});
