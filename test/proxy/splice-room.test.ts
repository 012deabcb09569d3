import { expect, test } from 'vitest';
import { HeldBytes } from '../../src/proxy/held-bytes.ts';
import { SpliceRoom } from '../../src/proxy/splice-room.ts';

test('small frames share one room', () => {
  const room = new SpliceRoom(new HeldBytes(0));
  const first = room.allocate(100);
  expect(first.length).toBe(100);
  room.forwarded(true);
  expect(room.allocate(16 * 1024).buffer).toBe(first.buffer);
});

test('large ones borrow, and give back when their write is done', () => {
  const held = new HeldBytes();
  const room = new SpliceRoom(held);
  const first = room.allocate(100_000);
  expect([first.length, held.bytes]).toEqual([100_000, 262_144]);
  room.forwarded(true);
  expect(held.bytes).toBe(0);
  room.allocate(100_000);
  room.forwarded(false);
  room.allocate(100_000);
  room.forwarded(false);
  expect(held.bytes).toBe(2 * 262_144);
  room.release();
  expect(held.bytes).toBe(0);
});

test('where nothing is left to borrow the frame still gets its memory', () => {
  const room = new SpliceRoom(new HeldBytes(0));
  expect(room.allocate(100_000).length).toBe(100_000);
  room.forwarded(false);
  room.release();
});
