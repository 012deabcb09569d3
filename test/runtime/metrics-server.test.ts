import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { MetricsServer, type MetricsView, metricsUrl, scrapersMax } from '../../src/runtime/metrics-server.ts';

let server: MetricsServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function open(view: Partial<MetricsView> = {}, host = '127.0.0.1'): Promise<number> {
  const whole = { scrape: async () => 'up 1\n', unready: () => null, refused: () => undefined, ...view };
  server = await MetricsServer.open({ host, port: 0 }, whole);
  return server.address.port;
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the metrics server', () => {
  it('answers a scrape in the text format', async () => {
    const port = await open();
    const answer = await ask(port, '/metrics?name=x');
    expect(answer).toMatchObject({ status: 200, body: 'up 1\n' });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(metricsUrl({ host: '::1', port })).toBe(`http://[::1]:${port}/metrics`);
  });

  it('tells alive from ready', async () => {
    let reason: string | null = 'no upstream reached yet';
    const port = await open({ unready: () => reason });
    expect(await ask(port, '/healthz')).toMatchObject({ status: 200, body: 'alive\n' });
    expect(await ask(port, '/readyz')).toMatchObject({ status: 503, body: 'no upstream reached yet\n' });
    reason = null;
    expect(await ask(port, '/readyz')).toMatchObject({ status: 200, body: 'ready\n' });
  });

  it('answers HEAD without a body, and refuses what it does not know', async () => {
    const port = await open();
    const head = await ask(port, '/metrics', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('5');
    expect((await ask(port, '/metrics', { method: 'POST' })).headers.allow).toBe('GET, HEAD');
    for (const method of ['POST', 'OPTIONS', 'DELETE'])
      expect((await ask(port, '/metrics', { method })).status).toBe(405);
    for (const path of ['/', '/metrics/', '/constructor', '/__proto__', '//metrics']) {
      expect((await ask(port, path)).status, path).toBe(404);
    }
  });

  it('answers to its own names only', async () => {
    const port = await open();
    const statusFor = async (host: string) => (await ask(port, '/metrics', { headers: { host } })).status;
    for (const host of [`127.0.0.1:${port}`, 'localhost', 'LOCALHOST:1', '[::1]:80', '127.9.9.9'])
      expect(await statusFor(host), host).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1', `${hostname()}.evil.example`, '[::2]'])
      expect(await statusFor(host), host).toBe(403);
  });

  it('answers to addresses and its own name when it is bound to all', async () => {
    const port = await open({}, '0.0.0.0');
    const statusFor = async (host: string) => (await ask(port, '/healthz', { headers: { host } })).status;
    for (const host of ['10.0.0.1:9464', hostname()]) expect(await statusFor(host), host).toBe(200);
    expect(await statusFor('evil.example')).toBe(403);
  });

  it('renders once for many scrapers', async () => {
    let scrapes = 0;
    const port = await open({
      scrape: async () => {
        scrapes += 1;
        return 'x 1\n';
      },
    });
    await Promise.all(Array.from({ length: 8 }, () => ask(port, '/metrics')));
    expect(scrapes).toBe(1);
  });

  it('says what went wrong, and lives on', async () => {
    const port = await open({ scrape: () => Promise.reject(new Error('no figures')) });
    expect(await ask(port, '/metrics')).toMatchObject({ status: 500, body: 'no figures\n' });
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('refuses headers that are too long, and connections that are too many, loudly', async () => {
    const refused = Promise.withResolvers<number>();
    const port = await open({ refused: (count) => refused.resolve(count) });
    expect((await ask(port, '/metrics', { headers: { padding: 'x'.repeat(20_000) } })).status).toBe(431);
    const sockets: net.Socket[] = [];
    for (let at = 0; at <= scrapersMax; at += 1) {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    expect(await refused.promise).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
  });

  it('tells in one sentence that its port is taken', async () => {
    const port = await open();
    const view = { scrape: async () => '', unready: () => null, refused: () => undefined };
    await expect(MetricsServer.open({ host: '127.0.0.1', port }, view)).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is in use by another program; stop that one or choose another port with --metrics.`,
    );
  });
});
