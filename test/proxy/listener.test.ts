import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Listener } from '../../src/proxy/listener.ts';
import { closeAll, closeLater } from './harness.ts';

afterEach(closeAll);

const nobody = { accepted: (socket: net.Socket) => socket.destroy(), acceptFailed: () => undefined };

test('opens on a free port, accepts, and frees the port when closed', async () => {
  let accepted = 0;
  const handler = {
    ...nobody,
    accepted: (socket: net.Socket) => {
      accepted += 1;
      socket.destroy();
    },
  };
  const listener = await Listener.open({ host: '127.0.0.1', port: 0 }, handler, '--listen');
  expect(listener.address.port).toBeGreaterThan(0);
  const client = net.connect(listener.address.port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'close');
  expect(accepted).toBe(1);
  await listener.close();
  const again = await Listener.open(listener.address, nobody, '--listen');
  expect(again.address).toEqual(listener.address);
  await again.close();
});

test('a taken port is one sentence that names the flag', async () => {
  const listener = await Listener.open({ host: '127.0.0.1', port: 0 }, nobody, '--listen');
  closeLater(() => listener.close());
  const { port } = listener.address;
  await expect(Listener.open({ host: '127.0.0.1', port }, nobody, '--listen')).rejects.toMatchObject({
    code: 'port-in-use',
    message: `Cannot listen on 127.0.0.1:${port}: the port is in use by another program; stop that one or choose another port with --listen.`,
  });
});

test('an address of another machine, too', async () => {
  // TEST-NET-3 (RFC 5737) belongs to nobody.
  await expect(Listener.open({ host: '203.0.113.1', port: 0 }, nobody, '--listen')).rejects.toMatchObject({
    code: 'address-not-available',
  });
});
