import { describe, expect, test } from 'vitest';
import { largeReadBytes, ReadBuffer, ReadBufferBudget, smallReadBytes } from '../../src/proxy/read-buffer.ts';

describe('ReadBuffer', () => {
  test('is the same small buffer read after read', () => {
    const buffer = new ReadBuffer(new ReadBufferBudget());
    const first = buffer.next();
    expect(first.length).toBe(smallReadBytes);
    buffer.noteRead(100);
    buffer.noteRead(smallReadBytes - 1);
    expect(buffer.next()).toBe(first);
  });

  test('becomes large once a read fills it, and small again after a long quiet', () => {
    const budget = new ReadBufferBudget();
    const buffer = new ReadBuffer(budget);
    buffer.next();
    buffer.noteRead(smallReadBytes);
    expect(buffer.next().length).toBe(largeReadBytes);
    expect(budget.largeInUse).toBe(1);
    for (let read = 0; read < 511; read += 1) buffer.noteRead(10);
    buffer.noteRead(smallReadBytes + 1);
    for (let read = 0; read < 511; read += 1) buffer.noteRead(10);
    expect(buffer.next().length).toBe(largeReadBytes);
    buffer.noteRead(10);
    expect(buffer.next().length).toBe(smallReadBytes);
    expect(budget.largeInUse).toBe(0);
  });

  test('stays small where all large buffers are in use, and gives its own back', () => {
    const budget = new ReadBufferBudget(1);
    const one = new ReadBuffer(budget);
    const two = new ReadBuffer(budget);
    one.next();
    two.next();
    one.noteRead(smallReadBytes);
    two.noteRead(smallReadBytes);
    expect([one.next().length, two.next().length]).toEqual([largeReadBytes, smallReadBytes]);
    one.release();
    one.release();
    expect(budget.largeInUse).toBe(0);
    two.noteRead(smallReadBytes);
    expect(two.next().length).toBe(largeReadBytes);
  });
});
