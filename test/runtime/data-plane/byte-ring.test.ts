import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteRing, newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';

function write(ring: ByteRing, bytes: Uint8Array): boolean {
  if (!ring.reserve(bytes.length)) return false;
  ring.bytes.set(bytes, ring.at);
  ring.publish();
  return true;
}

function read(ring: ByteRing): Uint8Array | null {
  const size = ring.peek();
  if (size < 0) return null;
  const bytes = new Uint8Array(ring.bytes.subarray(ring.at, ring.at + size));
  ring.release();
  return bytes;
}

describe('a ring of bytes', () => {
  it('gives back what was written, in order, whatever the sizes and turns', () => {
    const operation = fc.oneof(fc.uint8Array({ maxLength: 140 }), fc.constant('read' as const));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const memory = newRingMemory(256);
        const writer = new ByteRing(memory);
        const reader = new ByteRing(memory);
        const expected: Uint8Array[] = [];
        for (const each of operations) {
          if (each === 'read') expect(read(reader)).toEqual(expected.shift() ?? null);
          else if (write(writer, each)) expected.push(each);
        }
        for (const each of expected) expect(read(reader)).toEqual(each);
        expect(read(reader)).toBeNull();
        expect(reader.used).toBe(0);
      }),
    );
  });

  it('says that it is full, and has room again when entries are released', () => {
    const ring = new ByteRing(newRingMemory(128));
    // Size word and 28 bytes: 32 bytes an entry.
    const entry = new Uint8Array(28).fill(7);
    for (let count = 0; count < 4; count += 1) expect(write(ring, entry)).toBe(true);
    expect(ring.used).toBe(128);
    expect(write(ring, new Uint8Array(0))).toBe(false);
    expect(read(ring)).toEqual(entry);
    expect(write(ring, entry)).toBe(true);
  });

  it('takes no entry of more than half its size, nor a size that is no power of two', () => {
    const ring = new ByteRing(newRingMemory(128));
    expect(ring.reserve(60)).toBe(true);
    expect(ring.reserve(61)).toBe(false);
    expect(() => newRingMemory(100)).toThrow(/power of two/);
  });

  it('shows an entry only when it was published', () => {
    const memory = newRingMemory(128);
    const writer = new ByteRing(memory);
    const reader = new ByteRing(memory);
    writer.reserve(4);
    expect(reader.peek()).toBe(-1);
    writer.publish();
    expect(reader.peek()).toBe(4);
  });

  it('carries entries between two threads that run at the same time', async () => {
    const memory = newRingMemory(4096);
    const module = new URL('../../../src/runtime/data-plane/byte-ring.ts', import.meta.url).href;
    const source = `
      import { workerData } from 'node:worker_threads';
      const { ByteRing } = await import(${JSON.stringify(module)});
      const ring = new ByteRing(workerData);
      for (let count = 0; count < 20000; count += 1) {
        const size = 4 + (count * 7919) % 900;
        while (!ring.reserve(size)) ring.waitForRoom(1000);
        ring.view.setUint32(ring.at, count, true);
        ring.bytes.fill(count & 255, ring.at + 4, ring.at + size);
        ring.publish();
      }`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: memory });
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    failed.catch(() => undefined);
    const ring = new ByteRing(memory);
    let wrong = 0;
    for (let count = 0; count < 20000; ) {
      const size = ring.peek();
      if (size < 0) {
        await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))]);
        continue;
      }
      const contents = ring.bytes.subarray(ring.at + 4, ring.at + size);
      const right =
        size === 4 + ((count * 7919) % 900) &&
        ring.view.getUint32(ring.at, true) === count &&
        contents.every((byte) => byte === (count & 255));
      if (!right) wrong += 1;
      ring.release();
      count += 1;
    }
    expect(wrong).toBe(0);
    expect(ring.used).toBe(0);
    await worker.terminate();
  });
});
