import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';
import { closeLater, startServer } from './harness.ts';

const authority = makeAuthority(Date.now());
const leaf = makeLeaf(authority, ['localhost', '127.0.0.1'], Date.now());

/** Both ends of a TLS connection over loopback, and the TCP socket below the client's. */
export interface TlsPair {
  readonly accepted: tls.TLSSocket;
  readonly peer: tls.TLSSocket;
  readonly below: net.Socket;
}

/** A TLS server on a free loopback port; what it accepts is handed on within the turn of the finished handshake. */
export async function tlsServer(
  serve: (socket: tls.TLSSocket) => void,
  options: tls.TlsOptions = {},
): Promise<{ port: number; ca: string }> {
  const server = tls.createServer({ ...leaf, allowHalfOpen: true, ...options }, (socket) => {
    socket.on('error', () => undefined);
    closeLater(() => {
      socket.destroy();
    });
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => {
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, ca: authority.cert };
}

/** Connects; `wrap` sees the accepted socket before another byte is read, `early` is sent behind the handshake at once. */
export async function tlsPair(
  wrap: (socket: tls.TLSSocket) => void = () => undefined,
  options: tls.TlsOptions & { readonly early?: Uint8Array } = {},
): Promise<TlsPair> {
  let accept: (socket: tls.TLSSocket) => void = () => undefined;
  const accepting = new Promise<tls.TLSSocket>((resolve) => {
    accept = resolve;
  });
  const { port, ca } = await tlsServer((socket) => {
    wrap(socket);
    accept(socket);
  }, options);
  const below = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  // `allowHalfOpen` of a given socket counts.
  const peer = tls.connect({ socket: below, ca, host: '127.0.0.1' });
  for (const socket of [below, peer]) {
    socket.on('error', () => undefined);
    closeLater(() => {
      socket.destroy();
    });
  }
  if (options.early !== undefined) peer.write(options.early);
  const accepted = await accepting;
  if (!peer.authorized) await once(peer, 'secureConnect');
  return { accepted, peer, below };
}

/** A TLS server that first awaits the bytes of a preface in plaintext, and then sends `answer`. */
export async function tlsBehindPreface(preface: Uint8Array, answer: Uint8Array): Promise<{ port: number; ca: string }> {
  const server = tls.createServer(leaf, (socket) => {
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  const port = await startServer((socket) => {
    socket.once('readable', () => {
      const head: unknown = socket.read(preface.length);
      if (head instanceof Uint8Array && Buffer.compare(head, preface) === 0) server.emit('connection', socket);
      else socket.destroy();
    });
  });
  return { port, ca: authority.cert };
}
