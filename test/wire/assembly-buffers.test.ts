import { describe, expect, it } from 'vitest';
import { AssemblyBuffers, trustedBytesInAllMax } from '../../src/wire/assembly-buffers.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';

const mebibyte = 1024 * 1024;

function prefix(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, sizeBytes);
  return bytes;
}

function drain(splitter: FrameSplitter, bytes: Uint8Array) {
  splitter.receive(bytes, 1);
  const frames: Uint8Array[] = [];
  for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
    if (event.kind === 'frame') frames.push(event.frame.bytes);
  }
  return frames;
}

describe('AssemblyBuffers', () => {
  it('gives a large frame room for all of it at once, in a buffer that was lent', () => {
    const lent: Uint8Array[] = [];
    const buffers = new AssemblyBuffers((bytesMin) => {
      const buffer = new Uint8Array(bytesMin + 1000).fill(0xee);
      lent.push(buffer);
      return buffer;
    });
    const splitter = new FrameSplitter('broker', { buffers });
    const payload = new Uint8Array(mebibyte).map((_, index) => index & 0x7f);
    expect(drain(splitter, prefix(mebibyte))).toEqual([]);
    expect(buffers.trustedBytes).toBe(mebibyte);
    for (let at = 0; at + 60_000 < mebibyte; at += 60_000) drain(splitter, payload.subarray(at, at + 60_000));
    const rest = Math.floor((mebibyte - 1) / 60_000) * 60_000;
    const frames = drain(splitter, payload.subarray(rest));
    expect(frames).toHaveLength(1);
    expect(Buffer.compare(frames[0] ?? new Uint8Array(), payload)).toBe(0);
    expect(lent).toHaveLength(1);
    expect(frames[0]?.buffer).toBe(lent[0]?.buffer);
    expect(buffers.trustedBytes).toBe(0);
  });

  it('takes the claims of all frames together only so far, and makes room for what arrived beyond it', () => {
    const buffers = new AssemblyBuffers((bytesMin) => new Uint8Array(bytesMin));
    const splitters: FrameSplitter[] = [];
    for (let index = 0; index < 10_000; index++) {
      const splitter = new FrameSplitter('client', { buffers });
      drain(splitter, prefix(100 * mebibyte));
      splitters.push(splitter);
    }
    expect(buffers.trustedBytes).toBeLessThanOrEqual(trustedBytesInAllMax);
    expect(buffers.room(100 * mebibyte, 10, buffers.claim(100 * mebibyte), 0)).toHaveLength(4096);
    for (const splitter of splitters) splitter.close();
    expect(buffers.trustedBytes).toBe(0);
  });

  it('gets a claim back when a frame is given up', () => {
    const buffers = new AssemblyBuffers((bytesMin) => new Uint8Array(bytesMin));
    const splitter = new FrameSplitter('broker', { buffers });
    drain(splitter, prefix(mebibyte));
    splitter.gap(null, 2);
    expect(buffers.trustedBytes).toBe(0);
    splitter.restart(0);
    drain(splitter, prefix(mebibyte));
    splitter.gap(2 * mebibyte, 3);
    expect(buffers.trustedBytes).toBe(0);
  });

  it('trusts nobody where nothing is lent', () => {
    expect(new AssemblyBuffers().claim(mebibyte)).toBe(0);
  });

  it('lets a small frame grow from little, in memory of its own', () => {
    const buffers = new AssemblyBuffers(() => {
      throw new Error('nothing is lent for a small frame');
    });
    expect(buffers.claim(60_000)).toBe(0);
    expect(buffers.room(60_000, 1, 0, 0)).toHaveLength(4096);
    expect(buffers.room(60_000, 40_000, 0, 4096)).toHaveLength(60_000);
  });
});

describe('AssemblyBuffers with a bound', () => {
  it('cuts a frame where all in flight would hold too much, and gives the room back', () => {
    const buffers = new AssemblyBuffers(null, 100_000);
    const first = new FrameSplitter('client', { buffers });
    const second = new FrameSplitter('client', { buffers });
    expect(drain(first, prefix(90_000))).toEqual([]);
    drain(first, new Uint8Array(50_000).fill(1));
    expect(buffers.heldBytes).toBe(90_000);
    drain(second, prefix(30_000));
    drain(second, new Uint8Array(20_000).fill(2));
    expect(buffers.heldBytes).toBe(90_000);
    second.receive(new Uint8Array(10_000), 0);
    const event = second.next();
    expect(event).toMatchObject({ kind: 'frame', frame: { sizeBytes: 30_000 } });
    expect(event?.kind === 'frame' && event.frame.missingBytes).toBeGreaterThan(0);
    first.close();
    expect(buffers.heldBytes).toBe(0);
  });
});
