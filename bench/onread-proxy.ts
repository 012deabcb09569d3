/**
 * The most a Node proxy can do: two sockets that read into one reused buffer each and write what came, looking at
 * nothing. How much of a gap is Node itself, and so the ceiling the real one is compared with.
 * usage: node bench/onread-proxy.ts LISTEN-PORT UPSTREAM-PORT
 */
import net from 'node:net';

const bufferBytes = 256 * 1024;
const [listenPort, upstreamPort] = process.argv.slice(2).map(Number);

/** `handle` is private to Node: the accepting side has no `onread`, so its handle is moved into a second socket. */
interface HandleSocketOptions {
  readonly handle: object;
  readonly allowHalfOpen: boolean;
  readonly onread: net.OnReadOpts;
}
const HandleSocket = net.Socket as unknown as new (options: HandleSocketOptions) => net.Socket;

function takeHandle(accepted: net.Socket): object {
  const inside = accepted as unknown as { _handle: object | null };
  const handle = inside._handle;
  if (handle === null) throw new Error('this Node keeps the handle of an accepted socket elsewhere');
  inside._handle = null;
  accepted.destroy();
  return handle;
}

/** The way from one socket to the other. The sockets are set once both exist. */
class Way {
  from: net.Socket | null = null;
  to: net.Socket | null = null;
  readonly onread: net.OnReadOpts;
  #waiting = false;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    this.onread = { buffer, callback: (bytesRead, bytes) => this.#forward(bytes.subarray(0, bytesRead)) };
  }

  /** Until a write is done its bytes are in use: nothing more may be read into them. */
  #forward(bytes: Uint8Array): boolean {
    const { to } = this;
    if (to === null || to.destroyed) return true;
    to.write(bytes, this.#written);
    if (to.writableLength > 0) {
      this.#waiting = true;
      this.from?.pause();
    }
    return true;
  }

  // Not `drain`: Node emits none after a short write that went asynchronous.
  readonly #written = (): void => {
    if (!this.#waiting || (this.to?.writableLength ?? 0) > 0) return;
    this.#waiting = false;
    this.from?.resume();
  };

  join(from: net.Socket, to: net.Socket): void {
    this.from = from;
    this.to = to;
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', (failed) => {
      if (failed) to.destroy();
    });
  }
}

const options = { pauseOnConnect: true, allowHalfOpen: true, noDelay: true };
const server = net.createServer(options, (accepted) => {
  const handle = takeHandle(accepted);
  const [request, answer] = [new Way(), new Way()];
  const upstream = { host: '127.0.0.1', port: upstreamPort ?? 0, noDelay: true, allowHalfOpen: true };
  const broker = net.connect({ ...upstream, onread: answer.onread });
  const client = new HandleSocket({ handle, allowHalfOpen: true, onread: request.onread });
  // The constructor began to read; what the client sends waits in the kernel until the broker is there.
  client.pause();
  request.join(client, broker);
  answer.join(broker, client);
  broker.once('connect', () => client.resume());
});
server.listen({ host: '127.0.0.1', port: listenPort ?? 0 });
process.once('SIGTERM', () => process.exit(0));
