import http from 'node:http';

/** One export as it arrived. */
export interface Received {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** An OTLP/HTTP receiver on a free port: it answers what the test says and remembers what came. */
export class OtlpReceiver {
  readonly received: Received[] = [];
  status = 200;
  headers: http.OutgoingHttpHeaders = {};
  answer = '{}';
  readonly #server: http.Server;
  #arrived: (() => void)[] = [];

  constructor() {
    this.#server = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        this.received.push({ url: request.url ?? '', headers: request.headers, body });
        response.writeHead(this.status, this.headers);
        response.end(this.answer);
        for (const resolve of this.#arrived.splice(0)) resolve();
      });
    });
  }

  /** Listens and resolves with its URL. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Resolves when the next export was answered. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#arrived.push(resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
