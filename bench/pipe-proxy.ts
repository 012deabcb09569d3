/**
 * The least a Node proxy can do: two sockets and pipe(). What a proxy that knows nothing of Kafka costs in this
 * runtime, and so the floor the real one is compared with. usage: node bench/pipe-proxy.ts LISTEN-PORT UPSTREAM-PORT
 */
import { connect, createServer } from 'node:net';

const [listenPort, upstreamPort] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const broker = connect({ host: '127.0.0.1', port: upstreamPort ?? 0, noDelay: true, allowHalfOpen: true });
  const close = (): void => {
    client.destroy();
    broker.destroy();
  };
  client.on('error', close);
  broker.on('error', close);
  client.pipe(broker);
  broker.pipe(client);
});
server.listen({ host: '127.0.0.1', port: listenPort ?? 0 });
process.once('SIGTERM', () => process.exit(0));
