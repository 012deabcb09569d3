import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { readInto, takeHandle } from '../../src/proxy/socket-inside.ts';
import { closeAll, closeLater, startServer, until } from './harness.ts';
import { tlsPair } from './tls-pair.ts';

afterEach(closeAll);

test('an accepted socket gives its handle once, and none when it has none', async () => {
  let accepted: net.Socket | null = null;
  const port = await startServer((socket) => {
    accepted = socket;
  });
  const client = net.connect(port, '127.0.0.1');
  closeLater(() => {
    client.destroy();
  });
  await until(() => accepted !== null);
  const socket = accepted as unknown as net.Socket;
  const handle = takeHandle(socket);
  expect(handle).toHaveProperty('readStart');
  expect(takeHandle(socket)).toBeNull();
  (handle as { close(): void }).close();
});

test('a TLS socket reads into the buffer it is given, no matter what is decrypted; the numbers are its fill', async () => {
  const { accepted, peer } = await tlsPair();
  const buffer = Buffer.alloc(8);
  const texts: string[] = [];
  expect(readInto(accepted, buffer, (bytesRead) => texts.push(buffer.toString('latin1', 0, bytesRead)))).toBe(true);
  accepted.resume();
  peer.write('one');
  await until(() => texts.length === 1);
  // Longer than the buffer: it comes in pieces.
  peer.write('twelve bytes');
  await until(() => texts.length === 3);
  expect(texts).toEqual(['one', 'twelve b', 'ytes']);
  peer.end();
  await once(accepted, 'end');
});

test('a socket that has a buffer already, no handle, or other names inside is left alone', async () => {
  const ignored = (): void => undefined;
  const { accepted } = await tlsPair();
  const keys = Object.getOwnPropertySymbols(accepted);
  const key = keys.find(({ description }) => description === 'kBuffer');
  const inside = accepted as unknown as Record<symbol, unknown>;
  expect(key).toBeDefined();
  if (key === undefined) return;
  inside[key] = Buffer.alloc(8);
  expect(readInto(accepted, Buffer.alloc(8), ignored)).toBe(false);
  delete inside[key];
  expect(readInto(accepted, Buffer.alloc(8), ignored)).toBe(false);
  inside[key] = null;
  const gone = new tls.TLSSocket(new net.Socket());
  gone.destroy();
  expect(readInto(gone, Buffer.alloc(8), ignored)).toBe(false);
  expect(readInto(accepted, Buffer.alloc(8), ignored)).toBe(true);
});
