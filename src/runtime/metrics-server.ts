import http from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { prometheusContentType } from '../export/prometheus.ts';
import { nowUs } from '../proxy/clock.ts';
import { formatHostPort, type HostPort } from '../proxy/host-port.ts';
import { listenError } from '../proxy/listener.ts';
import { LoudCounter } from '../proxy/loud-counter.ts';

/** Scrapers connected at once; real set-ups have two. */
export const scrapersMax = 32;

/** A scrape younger than this is handed out again. */
export const scrapeAgeMsMax = 1_000;

const headerBytesMax = 8 * 1024;
const requestTimeoutMs = 5_000;
const silenceMsMax = 30_000;

/** What the server publishes. */
export interface MetricsView {
  /** The metrics in the Prometheus text format. */
  scrape(): Promise<string>;
  /** Why traffic cannot pass now; null: ready. */
  unready(): string | null;
  /** Connections were refused since there were too many. */
  refused(count: number): void;
}

/**
 * `GET /metrics`, `/healthz` and `/readyz` for Prometheus and orchestrators. It answers names of its own only, so that
 * no web page can read it through a name that points here (DNS rebinding), and never other origins.
 */
export class MetricsServer {
  readonly address: HostPort;
  readonly #server: http.Server;
  readonly #refused: LoudCounter;

  private constructor(server: http.Server, address: HostPort, refused: LoudCounter) {
    this.#server = server;
    this.address = address;
    this.#refused = refused;
  }

  /** Opens the server; rejects with a `ProxyError` whose sentence names `--metrics`. */
  static open(wanted: HostPort, view: MetricsView): Promise<MetricsServer> {
    const answerer = new Answerer(wanted.host, view);
    const refused = new LoudCounter((count) => view.refused(count));
    const server = http.createServer(
      {
        maxHeaderSize: headerBytesMax,
        headersTimeout: requestTimeoutMs,
        requestTimeout: requestTimeoutMs,
        keepAliveTimeout: silenceMsMax,
        connectionsCheckingInterval: 1_000,
      },
      (request, response) => answerer.answer(request, response),
    );
    server.maxConnections = scrapersMax;
    server.setTimeout(silenceMsMax);
    server.on('drop', () => refused.add(nowUs()));
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(listenError(wanted, error, '--metrics')));
      server.listen({ host: wanted.host, port: wanted.port }, () => {
        server.removeAllListeners('error');
        // Accepting failed (descriptors used up): that scrape is lost, the server lives on.
        server.on('error', () => refused.add(nowUs()));
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : wanted.port;
        if (typeof address === 'object' && address !== null) answerer.boundAddress = address.address;
        resolve(new MetricsServer(server, { host: wanted.host, port }, refused));
      });
    });
  }

  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void> {
    this.#refused.flush();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** Turns requests into answers. */
class Answerer {
  boundAddress = '';
  readonly #host: string;
  readonly #view: MetricsView;
  #scrape: Promise<Buffer> | null = null;
  #scrapedAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: string, view: MetricsView) {
    this.#host = host;
    this.#view = view;
  }

  answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    // A body has no meaning here; it must not be waited for.
    request.resume();
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!this.#isOwnName(request.headers.host)) {
      const sentence =
        'This Host is not one of the names of this server; scrape it by its address, or start it with --metrics HOST:PORT and that host.';
      sendText(request, response, 403, sentence);
      return;
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const answer = this.#pages[path];
    if (answer === undefined) {
      sendText(request, response, 404, 'There are /metrics, /healthz and /readyz.');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sendText(request, response, 405, 'Only GET and HEAD are answered.');
    } else {
      answer(request, response);
    }
  }

  readonly #pages: Readonly<Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => void>> = {
    __proto__: null as never,
    '/healthz': (request, response) => sendText(request, response, 200, 'alive'),
    '/readyz': (request, response) => {
      const reason = this.#view.unready();
      sendText(request, response, reason === null ? 200 : 503, reason ?? 'ready');
    },
    '/metrics': (request, response) => {
      this.#metrics().then(
        (body) => send(request, response, 200, body, prometheusContentType),
        (error: unknown) => sendText(request, response, 500, error instanceof Error ? error.message : String(error)),
      );
    },
  };

  /** Many scrapers cost as much as one: they share a text until it is a second old. */
  #metrics(): Promise<Buffer> {
    const nowMs = performance.now();
    if (this.#scrape === null || nowMs - this.#scrapedAtMs >= scrapeAgeMsMax) {
      this.#scrapedAtMs = nowMs;
      this.#scrape = this.#view.scrape().then((text) => Buffer.from(text));
    }
    return this.#scrape;
  }

  #isOwnName(header: string | undefined): boolean {
    // Only HTTP/1.0 lacks it, and no browser speaks that.
    if (header === undefined) return true;
    const host = hostOf(header);
    const names = [this.#host, this.boundAddress, 'localhost'];
    if (names.some((name) => name.toLowerCase() === host) || isLoopback(host)) return true;
    // On all interfaces every address of this machine is its own, and so is its name; an address cannot be rebound.
    const onAll = this.boundAddress === '0.0.0.0' || this.boundAddress === '::';
    return onAll && (isIP(host) !== 0 || host === hostname().toLowerCase());
  }
}

function hostOf(header: string): string {
  const host = header.trim().toLowerCase();
  if (host.startsWith('[')) return host.slice(1, Math.max(1, host.indexOf(']')));
  return host.replace(/:\d*$/, '');
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function sendText(request: http.IncomingMessage, response: http.ServerResponse, status: number, text: string): void {
  send(request, response, status, Buffer.from(`${text}\n`), 'text/plain; charset=utf-8');
}

function send(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  status: number,
  body: Buffer,
  contentType: string,
): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Where the metrics are, for a person. */
export function metricsUrl({ host, port }: HostPort): string {
  return `http://${formatHostPort(host, port)}/metrics`;
}
