import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect, TLSSocket, type TLSSocketOptions } from 'node:tls';

const fixtures = new URL('../../../fixtures/tls/', import.meta.url).pathname;
const pem = (name: string) => readFileSync(join(fixtures, name));

/** What travelled, in order, and the secrets both ends would log. */
export interface RecordedConversation {
  readonly wire: readonly { readonly side: 0 | 1; readonly bytes: Uint8Array }[];
  readonly keyLog: string;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
}

/** OpenSSL talks to itself through memory: no port, no other program. Side 0 is the client. */
export async function talkTls(
  options: TLSSocketOptions & {
    readonly certificate: 'ecdsa' | 'rsa';
    readonly serverCurve?: string;
    readonly clientCurve?: string;
    readonly session?: Buffer;
    readonly ticketKeys?: Buffer;
    readonly alpn?: string;
  },
  exchanges: readonly (readonly [request: Buffer, response: Buffer])[],
): Promise<RecordedConversation> {
  const wire: { side: 0 | 1; bytes: Uint8Array }[] = [];
  const [left, right] = pipePair((side, bytes) => wire.push({ side, bytes }));
  const { certificate, serverCurve, clientCurve, session, ticketKeys, alpn, ...shared } = options;
  const { createSecureContext } = await import('node:tls');
  const server = new TLSSocket(right, {
    isServer: true,
    secureContext: createSecureContext({
      ...shared,
      key: pem(`${certificate}.key`),
      cert: pem(`${certificate}.crt`),
      ...(serverCurve === undefined ? {} : { ecdhCurve: serverCurve }),
      ...(ticketKeys === undefined ? {} : { ticketKeys }),
    }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
  });
  const client = connect({
    ...shared,
    socket: left,
    rejectUnauthorized: false,
    servername: 'broker-1.unit.test',
    ...(clientCurve === undefined ? {} : { ecdhCurve: clientCurve }),
    ...(session === undefined ? {} : { session }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
  });
  let keyLog = '';
  client.on('keylog', (line) => {
    keyLog += line.toString();
  });
  let ticket: Buffer | undefined;
  client.on('session', (bytes) => {
    ticket = bytes;
  });
  await new Promise<void>((resolve, reject) => {
    client.once('secureConnect', resolve);
    client.once('error', reject);
    server.once('error', reject);
  });
  const reused = client.isSessionReused();
  for (const [request, response] of exchanges) {
    await send(client, server, request);
    await send(server, client, response);
  }
  client.destroy();
  server.destroy();
  return { wire, keyLog, session: ticket, reused };
}

async function send(from: Duplex, to: Duplex, bytes: Buffer): Promise<void> {
  let left = bytes.length;
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer) => {
      left -= chunk.length;
      if (left > 0) return;
      to.off('data', take);
      resolve();
    };
    to.on('data', take);
    from.write(bytes);
  });
}

function pipePair(tap: (side: 0 | 1, bytes: Uint8Array) => void): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const side of [0, 1] as const) {
    ends.push(
      new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _encoding, done) => {
          tap(side, new Uint8Array(chunk));
          const peer = ends[side === 0 ? 1 : 0];
          setImmediate(() => {
            peer?.push(Buffer.from(chunk));
            done();
          });
        },
      }),
    );
  }
  return [ends[0] as Duplex, ends[1] as Duplex];
}
