import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { OnreadSocket, type SocketHandler } from '../../src/proxy/onread-socket.ts';
import { ReadBufferBudget, smallReadBytes } from '../../src/proxy/read-buffer.ts';
import { closeAll, closeLater, until } from './harness.ts';

afterEach(closeAll);

/** Remembers what a socket says; bytes are copied, since the buffer is used again. */
class Recorder implements SocketHandler {
  readonly pieces: Uint8Array[] = [];
  ended = false;
  settled = 0;
  closedWith: Error | null | undefined = undefined;
  onBytes: (bytes: Uint8Array) => void = (bytes) => this.pieces.push(new Uint8Array(bytes));

  bytesArrived(bytes: Uint8Array): void {
    this.onBytes(bytes);
  }
  peerEnded(): void {
    this.ended = true;
  }
  writesSettled(): void {
    this.settled += 1;
  }
  closed(error: Error | null): void {
    this.closedWith = error;
  }
}

interface Pair {
  readonly accepted: OnreadSocket;
  readonly recorder: Recorder;
  readonly peer: net.Socket;
  readonly server: net.Server;
  readonly budget: ReadBufferBudget;
}

/** An accepted socket of ours and the plain socket at its other end. */
async function pair(wrap: (socket: net.Socket, budget: ReadBufferBudget) => OnreadSocket): Promise<Pair> {
  const budget = new ReadBufferBudget();
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const peer = net.connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  peer.on('error', () => undefined);
  const connected = new Promise<void>((resolve) => peer.once('connect', () => resolve()));
  const recorder = new Recorder();
  const accepted = await new Promise<OnreadSocket>((resolve) => {
    server.once('connection', (socket) => {
      const made = wrap(socket, budget);
      made.handler = recorder;
      resolve(made);
    });
  });
  await connected;
  closeLater(() => {
    peer.destroy();
    accepted.destroy();
    server.close();
  });
  return { accepted, recorder, peer, server, budget };
}

const byHandle = (socket: net.Socket, budget: ReadBufferBudget): OnreadSocket => OnreadSocket.accepted(socket, budget);
const byData = (socket: net.Socket, budget: ReadBufferBudget): OnreadSocket => OnreadSocket.fromStream(socket, budget);

test('this Node still lets a handle move to a socket with onread; a red line here says that Node changed', async () => {
  const { accepted } = await pair(byHandle);
  expect(accepted.readMode).toBe('onread');
});

test('a socket whose inside looks otherwise is read by data events', async () => {
  const { accepted } = await pair((socket, budget) => {
    Object.defineProperty(socket, '_handle', { value: null });
    return OnreadSocket.accepted(socket, budget);
  }).catch(() => ({ accepted: null }));
  expect(accepted?.readMode).toBe('data');
});

describe.each([
  ['onread', byHandle],
  ['data', byData],
] as const)('an accepted socket read by %s', (_, wrap) => {
  test('comes paused and reads when resumed', async () => {
    const { accepted, recorder, peer } = await pair(wrap);
    peer.write('hello');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(recorder.pieces.length).toBe(0);
    accepted.resume();
    await until(() => recorder.pieces.length > 0);
    expect(Buffer.concat(recorder.pieces).toString()).toBe('hello');
  });

  test('knows both addresses', async () => {
    const { accepted, peer } = await pair(wrap);
    expect([accepted.socket.localAddress, accepted.socket.remotePort]).toEqual(['127.0.0.1', peer.localPort]);
  });

  test('can pause from within and loses nothing', async () => {
    const { accepted, recorder, peer } = await pair(wrap);
    const sent = randomBytes(3_000_000);
    const hash = createHash('sha256');
    let got = 0;
    recorder.onBytes = (bytes) => {
      hash.update(bytes);
      got += bytes.length;
      accepted.pause();
      setImmediate(() => accepted.resume());
    };
    accepted.resume();
    peer.write(sent);
    await until(() => got === sent.length);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  test('passes on the end of the peer and can still write; the end is sent behind the bytes', async () => {
    const { accepted, recorder, peer } = await pair(wrap);
    accepted.resume();
    peer.end('bye');
    await until(() => recorder.ended);
    expect(Buffer.concat(recorder.pieces).toString()).toBe('bye');
    const answer: Uint8Array[] = [];
    peer.on('data', (bytes: Uint8Array) => answer.push(bytes));
    accepted.write(Buffer.from('answer'));
    accepted.end();
    await once(peer, 'end');
    expect(Buffer.concat(answer).toString()).toBe('answer');
    await until(() => recorder.closedWith !== undefined);
    expect(recorder.closedWith).toBeNull();
  });

  test('says when writes are with the kernel, and only after it said they were not', async () => {
    const { accepted, recorder, peer } = await pair(wrap);
    peer.pause();
    expect(accepted.write(Buffer.from('small'))).toBe(true);
    const large = new Uint8Array(20_000_000);
    expect(accepted.write(large)).toBe(false);
    expect(accepted.pending).toBe(true);
    expect(recorder.settled).toBe(0);
    peer.resume();
    await until(() => recorder.settled > 0);
    expect([accepted.pending, recorder.settled]).toEqual([false, 1]);
  });

  test('tells a reset, and resets', async () => {
    const one = await pair(wrap);
    one.accepted.resume();
    one.peer.resetAndDestroy();
    await until(() => one.recorder.closedWith !== undefined);
    expect(one.recorder.closedWith).toMatchObject({ code: 'ECONNRESET' });
    const two = await pair(wrap);
    let code = '';
    two.peer.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? '';
    });
    two.accepted.reset();
    await until(() => two.peer.closed);
    expect(code).toBe('ECONNRESET');
    expect(two.accepted.write(Buffer.from('too late'))).toBe(true);
    two.accepted.resume();
  });

  test('does not keep its server from closing', async () => {
    const { accepted, recorder, server, peer } = await pair(wrap);
    accepted.destroy();
    peer.destroy();
    await until(() => recorder.closedWith !== undefined);
    server.close();
    await once(server, 'close');
  });
});

describe('the reused buffer', () => {
  test('grows for a busy socket and is given back when it closes', async () => {
    const { accepted, recorder, peer, budget } = await pair(byHandle);
    let largest = 0;
    let got = 0;
    recorder.onBytes = (bytes) => {
      largest = Math.max(largest, bytes.length);
      got += bytes.length;
    };
    // Nothing is read until all is in the kernel, so that the first read fills the small buffer.
    peer.write(new Uint8Array(2_000_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    accepted.resume();
    await until(() => got === 2_000_000);
    expect(largest).toBeGreaterThan(smallReadBytes);
    expect(budget.largeInUse).toBe(1);
    accepted.destroy();
    await until(() => recorder.closedWith !== undefined);
    expect(budget.largeInUse).toBe(0);
  });

  test('serves connecting sockets, too', async () => {
    const { peer, server, accepted } = await pair(byHandle);
    accepted.destroy();
    peer.destroy();
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    const socket = OnreadSocket.connecting('127.0.0.1', address.port, new ReadBufferBudget());
    closeLater(() => socket.destroy());
    const recorder = new Recorder();
    socket.handler = recorder;
    const [other] = (await once(server, 'connection')) as [net.Socket];
    closeLater(() => {
      other.destroy();
    });
    other.write('x');
    await until(() => recorder.pieces.length === 1);
    other.write('y');
    await until(() => recorder.pieces.length === 2);
    expect(Buffer.concat(recorder.pieces).toString()).toBe('xy');
    expect(socket.readMode).toBe('onread');
  });
});
