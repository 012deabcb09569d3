import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type tls from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { recordBytesMax } from '../../src/proxy/burst-reader.ts';
import { OnreadSocket, type SocketHandler } from '../../src/proxy/onread-socket.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { closeAll, closeLater, until } from './harness.ts';
import { type TlsPair, tlsBehindPreface, tlsPair, tlsServer } from './tls-pair.ts';

afterEach(closeAll);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Remembers what a socket says; bytes are copied, since the buffer is used again. */
class Recorder implements SocketHandler {
  readonly pieces: Uint8Array[] = [];
  ended = 0;
  settled = 0;
  closedWith: Error | null | undefined = undefined;
  onBytes: (bytes: Uint8Array) => void = () => undefined;

  bytesArrived(bytes: Uint8Array): void {
    expect([this.ended, this.closedWith]).toEqual([0, undefined]);
    this.pieces.push(new Uint8Array(bytes));
    this.onBytes(bytes);
  }
  peerEnded(): void {
    this.ended += 1;
  }
  writesSettled(): void {
    this.settled += 1;
  }
  closed(error: Error | null): void {
    this.closedWith = error;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get size(): number {
    return this.pieces.reduce((sum, { length }) => sum + length, 0);
  }
}

interface Wrapped extends TlsPair {
  readonly socket: OnreadSocket;
  readonly recorder: Recorder;
  readonly budget: ReadBufferBudget;
}

/** An accepted TLS socket, wrapped as the proxy does it: within the event of the finished handshake. */
async function wrapped(options: tls.TlsOptions & { readonly early?: Uint8Array } = {}): Promise<Wrapped> {
  const budget = new ReadBufferBudget();
  const recorder = new Recorder();
  const made: OnreadSocket[] = [];
  const pair = await tlsPair((accepted) => {
    const socket = OnreadSocket.fromStream(accepted, budget);
    socket.handler = recorder;
    made.push(socket);
  }, options);
  const [socket] = made;
  if (socket === undefined) throw new Error('nothing was accepted');
  return { ...pair, socket, recorder, budget };
}

test('this Node still lets a TLS socket read into a buffer of ours; a red line here says that Node changed', async () => {
  const { socket } = await wrapped();
  expect(socket.readMode).toBe('bursts');
});

test('a TLS socket whose inside looks otherwise is read by data events', async () => {
  const made: OnreadSocket[] = [];
  const recorder = new Recorder();
  const { peer } = await tlsPair((accepted) => {
    const key = Object.getOwnPropertySymbols(accepted).find(({ description }) => description === 'kBufferCb');
    if (key !== undefined) delete (accepted as unknown as Record<symbol, unknown>)[key];
    const socket = OnreadSocket.fromStream(accepted, new ReadBufferBudget());
    socket.handler = recorder;
    made.push(socket);
  });
  expect(made[0]?.readMode).toBe('data');
  made[0]?.resume();
  peer.end('hello');
  await until(() => recorder.ended === 1);
  expect(recorder.bytes.toString()).toBe('hello');
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('an accepted socket of %s', (version) => {
  const options = { minVersion: version, maxVersion: version };

  test('comes paused, and keeps what arrived with the handshake until it resumes', async () => {
    const { socket, recorder } = await wrapped({ ...options, early: Buffer.from('early') });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(recorder.pieces.length).toBe(0);
    socket.resume();
    await until(() => recorder.size === 5);
    expect(recorder.bytes.toString()).toBe('early');
  });

  test('gathers records, can pause from within, changes no byte that a write still needs, and loses nothing', async () => {
    const { socket, recorder, peer, budget } = await wrapped(options);
    const sent = randomBytes(3_000_000);
    let largest = 0;
    recorder.onBytes = (bytes) => {
      largest = Math.max(largest, bytes.length);
      const asItCame = sha256(bytes);
      socket.pause();
      setTimeout(() => {
        expect(sha256(bytes)).toBe(asItCame);
        socket.resume();
      }, 1);
    };
    socket.resume();
    peer.write(sent);
    await until(() => recorder.size === sent.length);
    expect(sha256(recorder.bytes)).toBe(sha256(sent));
    expect(largest).toBeGreaterThan(recordBytesMax);
    socket.resume();
    await until(() => budget.largeInUse === 0);
  });

  test('passes on the end of the peer behind its bytes, paused or not, and can still write', async () => {
    for (const paused of [false, true]) {
      const { socket, recorder, peer } = await wrapped(options);
      if (paused) {
        recorder.onBytes = () => {
          recorder.onBytes = () => undefined;
          socket.pause();
          setTimeout(() => socket.resume(), 20);
        };
      }
      socket.resume();
      const sent = randomBytes(200_000);
      peer.end(sent);
      await until(() => recorder.ended === 1);
      expect(sha256(recorder.bytes)).toBe(sha256(sent));
      const answer: Uint8Array[] = [];
      peer.on('data', (bytes: Uint8Array) => answer.push(bytes));
      socket.write(Buffer.from('answer'));
      socket.end();
      await once(peer, 'end');
      expect(Buffer.concat(answer).toString()).toBe('answer');
      await until(() => recorder.closedWith !== undefined);
      expect([recorder.closedWith, recorder.ended]).toEqual([null, 1]);
    }
  });

  test('tells a reset of the connection below', async () => {
    const { socket, recorder, peer, below } = await wrapped(options);
    socket.resume();
    peer.write('before');
    await until(() => recorder.size === 6);
    below.resetAndDestroy();
    await until(() => recorder.closedWith !== undefined);
    expect(recorder.closedWith).toMatchObject({ code: 'ECONNRESET' });
  });

  test('bytes ahead of a record that cannot be decrypted are told, then the error', async () => {
    const { socket, recorder, peer, below } = await wrapped(options);
    socket.resume();
    // An application data record (23) of TLS 1.2 whose 32 bytes are no ciphertext, when the good one is on its way.
    const forged = Buffer.from(`1703030020${'5a'.repeat(32)}`, 'hex');
    peer.write('good', () => below.write(forged));
    await until(() => recorder.closedWith !== undefined);
    expect(recorder.bytes.toString()).toBe('good');
    expect(recorder.closedWith).toMatchObject({ code: expect.stringMatching(/^ERR_SSL_/) });
  });

  test('destroyed from within, nothing more is told but the close', async () => {
    const { socket, recorder, peer, budget } = await wrapped(options);
    recorder.onBytes = () => socket.destroy();
    socket.resume();
    peer.write(new Uint8Array(1_000_000));
    await until(() => recorder.closedWith !== undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect([recorder.pieces.length, recorder.ended, budget.largeInUse]).toEqual([1, 0, 0]);
  });

  test('reset while it holds bytes, it tells none of them', async () => {
    const { socket, recorder, peer } = await wrapped(options);
    recorder.onBytes = () => {
      socket.pause();
      setTimeout(() => socket.reset(), 20);
    };
    socket.resume();
    peer.write(new Uint8Array(1_000_000));
    await until(() => recorder.closedWith !== undefined);
    socket.resume();
    expect(recorder.pieces.length).toBe(1);
  });
});

test('random sizes, pauses and ends over one connection each: bytes equal, in order, the end behind them', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(fc.nat({ max: 3 }), { maxLength: 8 }), async (chunks, pauses) => {
      const { socket, recorder, peer, accepted, below } = await wrapped();
      const pausing = [...pauses];
      recorder.onBytes = () => {
        const turns = pausing.shift() ?? 0;
        if (turns === 0) return;
        socket.pause();
        setTimeout(() => socket.resume(), turns);
      };
      socket.resume();
      const sent = chunks.map((size) => randomBytes(size));
      for (const chunk of sent) {
        peer.write(chunk);
        if (chunk.length % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      peer.end();
      await until(() => recorder.ended === 1);
      expect(sha256(recorder.bytes)).toBe(sha256(Buffer.concat(sent)));
      for (const each of [accepted, peer, below]) each.destroy();
    }),
    { numRuns: 25 },
  );
});

describe('a connecting TLS socket', () => {
  test.each([null, Buffer.from('PROXY UNKNOWN\r\n')])('reads in bursts, whatever went ahead (%s)', async (preface) => {
    const budget = new ReadBufferBudget();
    const sent = randomBytes(1_000_000);
    let port = 0;
    let ca = '';
    if (preface === null) {
      ({ port, ca } = await tlsServer((socket) => socket.end(sent)));
    } else {
      ({ port, ca } = await tlsBehindPreface(preface, sent));
    }
    const recorder = new Recorder();
    const socket = OnreadSocket.connectingTls('127.0.0.1', port, { ca }, budget, preface);
    closeLater(() => socket.destroy());
    expect(socket.readMode).toBe('bursts');
    socket.handler = recorder;
    await once(socket.socket, 'secureConnect');
    await until(() => recorder.ended === 1);
    expect(sha256(recorder.bytes)).toBe(sha256(sent));
    expect(Math.max(...recorder.pieces.map(({ length }) => length))).toBeGreaterThan(recordBytesMax);
    socket.end();
    await until(() => recorder.closedWith !== undefined);
    expect([recorder.closedWith, budget.largeInUse]).toEqual([null, 0]);
  });

  test('a refused connection is told as it is', async () => {
    const recorder = new Recorder();
    const socket = OnreadSocket.connectingTls('127.0.0.1', 1, {}, new ReadBufferBudget());
    socket.handler = recorder;
    await until(() => recorder.closedWith !== undefined);
    expect(recorder.closedWith).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
