import { describe, expect, it } from 'vitest';
import { type RecordingBatch, RecordingQueue } from '../../../src/runtime/recording/recording-queue.ts';
import { connectionFixture, exchangeFixture, messageFixture } from '../../support/exchange-fixture.ts';

function queueOf(bytesMax?: number) {
  const batches: RecordingBatch[] = [];
  const queue = new RecordingQueue((batch) => batches.push(batch), bytesMax);
  const entries = () => batches.flatMap((batch) => batch.entries);
  return { queue, batches, entries };
}

const started = (seq: number, bytes = 20) => exchangeFixture(seq, { request: messageFixture(seq, bytes) });
const closed = (connection: number) =>
  ({ kind: 'event', atUs: 9, event: 'connection-closed', connection, detail: { reason: 'fin' } }) as const;

describe('the queue of a recording', () => {
  it('copies frames during the call, opens connections with their first one, and closes only those', () => {
    const { queue, entries } = queueOf();
    const exchange = started(1);
    exchange.request?.bytes.fill(7);
    queue.take({ kind: 'started', exchange });
    exchange.request?.bytes.fill(9);
    exchange.response = messageFixture(5, 40_000);
    exchange.status = 'answered';
    queue.take({ kind: 'completed', exchange });
    queue.take(closed(1));
    queue.take(closed(2));
    queue.flush();
    expect(entries().map((entry) => (entry.kind === 'message' ? entry.from : entry.kind))).toEqual([
      'opened',
      'client',
      'broker',
      'closed',
    ]);
    const [, request] = entries();
    expect(request?.kind === 'message' && request.bytes.every((byte) => byte === 7)).toBe(true);
  });

  it('sends the buffers that its entries lie in', () => {
    const { queue, batches } = queueOf();
    for (let seq = 1; seq <= 40; seq += 1) {
      queue.take({ kind: 'started', exchange: started(seq, seq % 10 === 0 ? 200_000 : 10_000) });
    }
    queue.flush();
    expect(batches.length).toBeGreaterThan(2);
    for (const { entries, buffers } of batches) {
      for (const entry of entries) if (entry.kind === 'message') expect(buffers).toContain(entry.bytes.buffer);
    }
  });

  it('drops exchanges while too much is on its way, and takes them again when that is done', () => {
    const { queue, batches, entries } = queueOf(10_000);
    const first = started(1, 9_000);
    const second = started(2, 9_000);
    queue.take({ kind: 'started', exchange: first });
    queue.take({ kind: 'started', exchange: second });
    // A response whose request was left out is left out, too.
    second.response = messageFixture(3, 10);
    queue.take({ kind: 'completed', exchange: second });
    expect(queue.dropped).toBe(1);
    // One whose request is there gets at least its head, or it would look unanswered.
    first.response = messageFixture(4, 5_000);
    queue.take({ kind: 'completed', exchange: first });
    expect(queue.dropped).toBe(2);
    queue.flush();
    const head = entries().at(-1);
    expect(head).toMatchObject({ from: 'broker', sizeBytes: 5_000, bytes: { length: 64 } });
    expect(head?.comment).toMatch(/cut: the disk is too slow/);
    for (const { costBytes } of batches) queue.done(costBytes, []);
    queue.take({ kind: 'started', exchange: started(3, 9_000) });
    expect(queue.waiting).toBe(true);
    expect(queue.dropped).toBe(2);
  });

  it('takes a frame larger than itself when nothing else is on its way', () => {
    const { queue, entries } = queueOf(1_000);
    queue.take({ kind: 'started', exchange: started(1, 5_000) });
    queue.flush();
    expect(entries()).toHaveLength(2);
  });

  it('takes responses without request', () => {
    const { queue, entries } = queueOf();
    const response = messageFixture(5, 10);
    const connection = connectionFixture({ id: 9 });
    const orphan = exchangeFixture(1, { connection, status: 'orphan', request: null, response });
    queue.take({ kind: 'started', exchange: orphan });
    queue.take({ kind: 'completed', exchange: orphan });
    queue.flush();
    expect(entries().map(({ connection: id }) => id)).toEqual([9, 9]);
  });
});
