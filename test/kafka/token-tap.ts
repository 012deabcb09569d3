import { connect, createServer, type Server, type Socket } from 'node:net';
import { formsOfSecret } from './security.ts';

const saslAuthenticateKey = 36;
/** A token is searched for by pieces of this size, since a leak need not be of all of it. */
const pieceBytes = 24;
/** Header and beginning of a token say which mechanism it is, which is no secret. */
const plainHeadBytes = 96;

/** A relay on loopback in front of the proxy: it keeps what clients send, to know the tokens that must not leak. */
export class TokenTap {
  readonly #server: Server;
  readonly #sent: Buffer[][] = [];
  readonly #sockets = new Set<Socket>();
  readonly address: string;

  private constructor(server: Server, address: string) {
    this.#server = server;
    this.address = address;
  }

  /** Listens on a free port for what is to reach `host:port`. */
  static start(upstream: string): Promise<TokenTap> {
    const port = Number(upstream.split(':').at(-1));
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: 0 }, () => {
        const bound = server.address();
        const tap = new TokenTap(server, `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`);
        server.on('connection', (socket) => tap.#relay(socket, port));
        resolve(tap);
      });
    });
  }

  #relay(client: Socket, port: number): void {
    const sent: Buffer[] = [];
    this.#sent.push(sent);
    const broker = connect(port, '127.0.0.1');
    for (const [from, to] of [[client, broker] as const, [broker, client] as const]) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    client.on('data', (bytes) => sent.push(Buffer.from(bytes)));
  }

  /** The frames that carried SASL tokens to the broker, each without its size. */
  tokenFrames(): Buffer[] {
    const frames: Buffer[] = [];
    for (const pieces of this.#sent) {
      const bytes = Buffer.concat(pieces);
      for (let at = 0; at + 8 <= bytes.length; at += 4 + bytes.readInt32BE(at)) {
        const frame = bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at));
        if (frame.readInt16BE(0) === saslAuthenticateKey) frames.push(frame);
      }
    }
    return frames;
  }

  /** Pieces of the tokens' secret parts, one after the other. */
  secretPieces(): Buffer[] {
    return this.tokenFrames().flatMap((frame) => {
      const pieces: Buffer[] = [];
      for (let at = plainHeadBytes; at + pieceBytes < frame.length; at += pieceBytes) {
        pieces.push(frame.subarray(at, at + pieceBytes));
      }
      return pieces;
    });
  }

  /** Stops listening and ends what goes through. */
  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Which of the pieces stand in some bytes, as they are or in a form of text. */
export function piecesIn(bytes: Buffer, pieces: readonly Buffer[]): Buffer[] {
  return pieces.filter(
    (piece) => bytes.includes(piece) || formsOfSecret(piece).some((form) => form.length > 0 && bytes.includes(form)),
  );
}
