import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { clientName, endsFrom, endsOf } from '../../src/proxy/client-ends.ts';
import { closeAll, closeLater, startServer } from './harness.ts';

afterEach(closeAll);

test('the ends are those of the socket, or those a PROXY header names', async () => {
  const accepted = Promise.withResolvers<net.Socket>();
  const port = await startServer((socket) => accepted.resolve(socket));
  const client = net.connect(port, '127.0.0.1');
  closeLater(() => {
    client.destroy();
  });
  await once(client, 'connect');
  const socket = await accepted.promise;
  const ends = endsOf(socket);
  expect(ends).toEqual({
    client: { host: '127.0.0.1', port: client.localPort },
    local: { host: '127.0.0.1', port },
  });
  expect(endsFrom(null, socket)).toEqual({ ...ends, healthCheck: true });
  const named = { source: { host: '2001:db8::7', port: 5 }, destination: { host: '::1', port: 6 } };
  expect(clientName(endsFrom(named, socket))).toBe('[2001:db8::7]:5');
  expect(endsFrom(named, socket).local).toEqual({ host: '::1', port: 6 });
});

test('a socket that has forgotten its peer has no name', () => {
  expect(clientName(endsOf(new net.Socket()))).toBe('?:0');
});
