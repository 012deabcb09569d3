import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssemblyBuffers } from '../../src/wire/assembly-buffers.ts';
import { backlogEventsMax, type FrameEvent, FrameSplitter, firstBytesMax } from '../../src/wire/frame-splitter.ts';

/** size prefix + payload whose bytes count up from `seed`. */
function frameBytes(sizeBytes: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(4 + sizeBytes);
  new DataView(bytes.buffer).setInt32(0, sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) bytes[4 + at] = (seed + at) & 0xff;
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function prefix(sizeBytes: number, ...more: number[]): Uint8Array {
  return join([frameBytes(0).map(() => 0), Uint8Array.from(more)]).map((byte, at) =>
    at < 4 ? (sizeBytes >>> (24 - at * 8)) & 0xff : byte,
  );
}

/** Drains the splitter, copying what is a view, as the engine does. */
function drain(splitter: FrameSplitter, into: FrameEvent[] = []): FrameEvent[] {
  for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
    into.push(
      event.kind === 'frame'
        ? { kind: 'frame', frame: { ...event.frame, bytes: new Uint8Array(event.frame.bytes) } }
        : event,
    );
  }
  return into;
}

/** Feeds `stream` cut at `cuts`, chunk n at time n+1; each chunk is scribbled over as soon as it was drained. */
function feed(splitter: FrameSplitter, stream: Uint8Array, cuts: readonly number[]): FrameEvent[] {
  const events: FrameEvent[] = [];
  const bounds = [...new Set([0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort(
    (a, b) => a - b,
  );
  for (let n = 0; n + 1 < bounds.length; n += 1) {
    const chunk = Buffer.from(stream.subarray(bounds[n], bounds[n + 1]));
    splitter.receive(chunk, n + 1);
    drain(splitter, events);
    chunk.fill(0xee);
  }
  return events;
}

const withoutTimes = (events: readonly FrameEvent[]) =>
  events.map((event) => (event.kind === 'frame' ? { ...event.frame, firstByteUs: 0, lastByteUs: 0 } : event));

describe('FrameSplitter', () => {
  it('yields the frames of one chunk as views into it, with their stream offsets', () => {
    const splitter = new FrameSplitter('client');
    const chunk = join([frameBytes(3, 7), frameBytes(0), frameBytes(5, 20)]);
    splitter.receive(chunk, 42);
    const events = [splitter.next(), splitter.next(), splitter.next()];
    expect(splitter.next()).toBeUndefined();
    expect(events.map((event) => (event?.kind === 'frame' ? event.frame.streamOffset : event?.kind))).toEqual([
      0, 7, 11,
    ]);
    for (const event of events) expect(event?.kind === 'frame' && event.frame.bytes.buffer === chunk.buffer).toBe(true);
    expect(events[2]).toEqual({
      kind: 'frame',
      frame: {
        from: 'client',
        bytes: Uint8Array.of(20, 21, 22, 23, 24),
        sizeBytes: 5,
        streamOffset: 11,
        firstByteUs: 42,
        lastByteUs: 42,
        forwardedUs: null,
        missingBytes: 0,
      },
    });
  });

  it('gives the same frames for any chunking, and conserves the bytes', () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(9000)), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 40 }), fc.nat(3000), (frameSizes, cuts, tail) => {
        const whole = join(frameSizes.map((size, n) => frameBytes(size, n * 31)));
        const stream = join([whole, frameBytes(5000).subarray(0, tail)]);
        const splitter = new FrameSplitter('broker');
        const events = feed(splitter, stream, cuts);
        const atOnce = feed(new FrameSplitter('broker'), stream, []);
        expect(withoutTimes(events)).toEqual(withoutTimes(atOnce));
        expect(events.map((event) => (event.kind === 'frame' ? event.frame.sizeBytes : -1))).toEqual(frameSizes);
        const framed = events.reduce(
          (sum, event) => sum + (event.kind === 'frame' ? 4 + event.frame.bytes.length : 0),
          0,
        );
        expect(framed + splitter.pendingBytes).toBe(stream.length);
        expect(splitter.announcedBytes).toBe(tail >= 4 ? 5000 : null);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same frames byte by byte, timed by their first and last byte', () => {
    const stream = join([frameBytes(2), frameBytes(0), frameBytes(1)]);
    const events = feed(new FrameSplitter('client'), stream, [...stream.keys()]);
    expect(
      events.map((event) => (event.kind === 'frame' ? [event.frame.firstByteUs, event.frame.lastByteUs] : event)),
    ).toEqual([
      [1, 6],
      [7, 10],
      [11, 15],
    ]);
  });

  it('keeps frames right when the caller feeds again without draining', () => {
    const splitter = new FrameSplitter('client');
    const stream = join([frameBytes(300, 1), frameBytes(20, 2), frameBytes(7, 3)]);
    const bounds = [0, 310, 329, stream.length];
    let chunk = Buffer.alloc(0);
    for (let n = 0; n < 3; n += 1) {
      const last = chunk;
      chunk = Buffer.from(stream.subarray(bounds[n], bounds[n + 1]));
      splitter.receive(chunk, n);
      last.fill(0xee);
    }
    const atOnce = feed(new FrameSplitter('client'), stream, []);
    expect(withoutTimes(drain(splitter))).toEqual(withoutTimes(atOnce));
  });

  it('gives a direction up, and says so, when nobody drains it', () => {
    const buffers = new AssemblyBuffers();
    const splitter = new FrameSplitter('client', { buffers });
    const chunk = join(Array.from({ length: 4096 }, () => frameBytes(0)));
    for (let fed = 0; fed <= backlogEventsMax + 8192; fed += 4096) splitter.receive(chunk, 1);
    expect(buffers.lostBacklogs).toBe(1);
    const events = drain(splitter);
    expect(events.length).toBe(backlogEventsMax + 1);
    expect(events.at(-1)).toEqual({ kind: 'lost-sync', streamOffset: backlogEventsMax * 4 });
  });

  it.each([
    ['negative', -2, -2],
    ['larger than frameBytesMax', 1001, 1001],
    ['an HTTP request', 0x47455420, 0x47455420],
  ])('ends a direction as not-kafka when a size is %s', (_what, size, sizeBytes) => {
    const stream = join([frameBytes(9), prefix(size, ...Array.from({ length: 40 }, (_, at) => at)), frameBytes(4)]);
    for (const cuts of [[], [13], [14, 15], [17], [40]]) {
      const splitter = new FrameSplitter('client', { frameBytesMax: 1000 });
      const events = feed(splitter, stream, cuts);
      expect(events.length).toBe(2);
      const last = events[1];
      expect(last).toMatchObject({ kind: 'not-kafka', sizeBytes, streamOffset: 13 });
      if (last?.kind !== 'not-kafka') throw new Error('unreachable');
      expect(last.firstBytes.length).toBeLessThanOrEqual(firstBytesMax);
      expect(last.firstBytes).toEqual(stream.subarray(13, 13 + last.firstBytes.length));
      expect(last.firstBytes.length).toBe(cuts[0] === 17 ? 4 : firstBytesMax);
      splitter.gap(10, 99);
      splitter.receive(frameBytes(1), 100);
      expect(splitter.next()).toBeUndefined();
      expect([splitter.pendingBytes, splitter.announcedBytes]).toEqual([0, null]);
    }
  });

  it('allows frameBytesMax itself', () => {
    const events = feed(new FrameSplitter('client', { frameBytesMax: 1000 }), frameBytes(1000), [500]);
    expect(events).toMatchObject([{ kind: 'frame', frame: { sizeBytes: 1000, missingBytes: 0 } }]);
  });

  it('holds no more memory than arrived, whatever a prefix announces', () => {
    const splitter = new FrameSplitter('client');
    const before = process.memoryUsage().arrayBuffers;
    const others: FrameSplitter[] = [];
    for (let n = 0; n < 50; n += 1) {
      const one = new FrameSplitter('client');
      one.receive(prefix(104_857_600, 1, 2, 3), 1);
      drain(one);
      expect(one.pendingBytes).toBe(7);
      expect(one.announcedBytes).toBe(104_857_600);
      others.push(one);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    expect([splitter.pendingBytes, others.length]).toEqual([0, 50]);
  });

  it('assembles a large frame from small chunks', () => {
    const stream = join([frameBytes(300_000, 5), frameBytes(1, 9)]);
    const cuts = Array.from({ length: 300 }, (_, n) => n * 1001);
    const events = feed(new FrameSplitter('broker'), stream, cuts);
    expect(events.map((event) => (event.kind === 'frame' ? event.frame.bytes : event))).toEqual([
      stream.subarray(4, 300_004),
      Uint8Array.of(9),
    ]);
  });
});

describe('FrameSplitter.gap', () => {
  function begun(): FrameSplitter {
    const splitter = new FrameSplitter('broker');
    splitter.receive(join([frameBytes(1), frameBytes(100, 50).subarray(0, 24)]), 10);
    expect(drain(splitter).length).toBe(1);
    return splitter;
  }

  it('inside the frame in flight yields what came before the loss and goes on in sync', () => {
    const splitter = begun();
    splitter.gap(30, 20);
    expect(splitter.next()).toBeUndefined();
    expect([splitter.pendingBytes, splitter.announcedBytes]).toEqual([24, 100]);
    splitter.receive(new Uint8Array(20), 30);
    expect(drain(splitter)).toEqual([]);
    splitter.gap(10, 35);
    splitter.receive(join([new Uint8Array(20), frameBytes(2, 1)]), 40);
    const [cut, after] = drain(splitter);
    expect(cut).toEqual({
      kind: 'frame',
      frame: {
        from: 'broker',
        bytes: frameBytes(20, 50).subarray(4),
        sizeBytes: 100,
        streamOffset: 5,
        firstByteUs: 10,
        lastByteUs: 40,
        forwardedUs: null,
        missingBytes: 40,
      },
    });
    expect(after).toMatchObject({ frame: { streamOffset: 109, bytes: Uint8Array.of(1, 2), missingBytes: 0 } });
  });

  it('that ends with the frame in flight completes it at once', () => {
    const splitter = begun();
    splitter.gap(80, 20);
    expect(drain(splitter)).toMatchObject([{ frame: { sizeBytes: 100, missingBytes: 80, lastByteUs: 20 } }]);
    splitter.receive(frameBytes(3), 30);
    expect(drain(splitter)).toMatchObject([{ frame: { streamOffset: 109, sizeBytes: 3 } }]);
  });

  it.each([[81], [null]])('of %s bytes reaches beyond it: the frame comes out, then the direction ends', (missing) => {
    const splitter = begun();
    splitter.gap(missing, 20);
    expect(drain(splitter)).toMatchObject([
      { kind: 'frame', frame: { sizeBytes: 100, missingBytes: 80 } },
      { kind: 'lost-sync', streamOffset: 29 },
    ]);
    splitter.receive(frameBytes(3), 30);
    splitter.gap(1, 31);
    expect(drain(splitter)).toEqual([]);
  });

  it.each([[0], [2]])('with %s bytes of a prefix seen nobody knows the next frame: lost-sync', (seen) => {
    const splitter = new FrameSplitter('client');
    splitter.receive(join([frameBytes(6), frameBytes(8).subarray(0, seen)]), 1);
    splitter.gap(8, 2);
    expect(drain(splitter)).toMatchObject([
      { frame: { sizeBytes: 6 } },
      { kind: 'lost-sync', streamOffset: 10 + seen },
    ]);
    expect(splitter.pendingBytes).toBe(0);
  });

  it('of no bytes is no gap', () => {
    const splitter = begun();
    splitter.gap(0, 5);
    splitter.receive(new Uint8Array(80), 30);
    expect(drain(splitter)).toMatchObject([{ frame: { sizeBytes: 100, missingBytes: 0 } }]);
  });

  it('anywhere conserves the bytes: frames, losses and the pending rest add up to the stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }),
        fc.array(fc.record({ at: fc.nat(), lost: fc.nat(250) }), { maxLength: 4 }),
        (sizes, losses) => {
          const stream = join(sizes.map((size, n) => frameBytes(size, n)));
          const splitter = new FrameSplitter('client');
          const events: FrameEvent[] = [];
          let at = 0;
          for (const loss of losses) {
            const stop = at + (loss.at % (stream.length - at + 1));
            splitter.receive(stream.subarray(at, stop), at);
            drain(splitter, events);
            const lost = Math.min(loss.lost, stream.length - stop);
            splitter.gap(lost, stop);
            drain(splitter, events);
            at = stop + lost;
          }
          splitter.receive(stream.subarray(at), at);
          drain(splitter, events);
          let offset = 0;
          for (const event of events) {
            if (event.kind !== 'frame') break;
            const { frame } = event;
            expect(frame.streamOffset).toBe(offset);
            expect(frame.sizeBytes).toBe(sizes[events.indexOf(event)]);
            expect(frame.bytes).toEqual(stream.subarray(offset + 4, offset + 4 + frame.bytes.length));
            expect(frame.bytes.length === frame.sizeBytes).toBe(frame.missingBytes === 0);
            expect(frame.bytes.length + frame.missingBytes).toBeLessThanOrEqual(frame.sizeBytes);
            offset += 4 + frame.sizeBytes;
          }
          if (events.at(-1)?.kind !== 'lost-sync') expect(offset).toBe(stream.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('cuts a frame where all frames in flight would need too much, reads on behind it, and gives everything back', () => {
    const buffers = new AssemblyBuffers(null, 16_384);
    const one = new FrameSplitter('client', { buffers });
    const other = new FrameSplitter('client', { buffers });
    const large = frameBytes(10_000, 7);
    one.receive(large.subarray(0, 9_000), 1);
    expect(one.next()).toBeUndefined();
    other.receive(large.subarray(0, 9_000), 1);
    expect(other.next()).toBeUndefined();
    other.receive(join([large.subarray(9_000), frameBytes(3, 5)]), 2);
    const [cut, next] = drain(other);
    expect(cut).toMatchObject({ kind: 'frame', frame: { sizeBytes: 10_000, bytes: new Uint8Array(0) } });
    expect(cut?.kind === 'frame' && cut.frame.missingBytes > 0).toBe(true);
    expect(next).toMatchObject({ kind: 'frame', frame: { sizeBytes: 3, missingBytes: 0 } });
    one.receive(large.subarray(9_000), 3);
    expect(drain(one)).toMatchObject([{ frame: { sizeBytes: 10_000, missingBytes: 0 } }]);
    other.receive(large.subarray(0, 5_000), 4);
    other.next();
    other.close();
    one.close();
    expect(buffers.heldBytes).toBe(0);
  });
});
