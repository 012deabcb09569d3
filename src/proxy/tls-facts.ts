import type net from 'node:net';
import tls from 'node:tls';
import type { TlsFacts } from '../wire/segment.ts';

/** What was agreed on a socket whose handshake is done; null for plaintext. */
export function tlsFactsOf(socket: net.Socket): TlsFacts | null {
  if (!(socket instanceof tls.TLSSocket)) return null;
  const servername: unknown = 'servername' in socket ? socket.servername : null;
  return {
    version: socket.getProtocol() ?? '?',
    cipher: socket.getCipher().name,
    sni: typeof servername === 'string' && servername !== '' ? servername : null,
  };
}
