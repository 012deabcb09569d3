import { afterEach, describe, expect, it } from 'vitest';
import { OtlpExporter } from '../../src/runtime/otlp-exporter.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';

let receiver = new OtlpReceiver();
let exporter: OtlpExporter | null = null;

afterEach(async () => {
  await exporter?.close();
  receiver.close();
  receiver = new OtlpReceiver();
});

function start(
  url: string,
  told: string[],
  headers: readonly (readonly [string, string])[] = [],
  intervalMs = 1,
): void {
  exporter = new OtlpExporter(
    { url: `${url}/v1/metrics?token=secret`, intervalMs, headers },
    { body: async () => '{"resourceMetrics":[]}', tell: (kind, message) => told.push(`${kind}: ${message}`) },
  );
}

describe('the OTLP exporter', () => {
  it('posts JSON with the headers it was given, again and again', async () => {
    const told: string[] = [];
    start(await receiver.open(), told, [['authorization', 'Bearer t']]);
    await receiver.next();
    await receiver.next();
    expect(receiver.received[0]).toMatchObject({ url: '/v1/metrics?token=secret', body: '{"resourceMetrics":[]}' });
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer t',
    });
    expect(told).toEqual([]);
  });

  it('tells a failure once, without the secrets of the address, and its end', async () => {
    const told: string[] = [];
    receiver.status = 503;
    start(await receiver.open(), told);
    await receiver.next();
    await receiver.next();
    receiver.status = 200;
    await receiver.next();
    await receiver.next();
    await exporter?.close();
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(
      /^otlp-failed: Metrics do not reach http:\/\/127\.0\.0\.1:\d+\/v1\/metrics: it answers 503/,
    );
    expect(told[1]).toMatch(/^otlp-recovered: .*after \d+ failed exports/);
    expect(told.join()).not.toContain('secret');
  });

  it('does not follow redirects: headers go nowhere else', async () => {
    const told: string[] = [];
    receiver.status = 307;
    receiver.headers = { location: '/elsewhere' };
    start(await receiver.open(), told);
    await receiver.next();
    await exporter?.close();
    expect(receiver.received.every(({ url }) => url.startsWith('/v1/metrics'))).toBe(true);
    expect(told[0]).toContain('redirects are not followed');
  });

  it('says what the receiver refused', async () => {
    const told: string[] = [];
    receiver.answer = '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}';
    start(await receiver.open(), told);
    await receiver.next();
    await exporter?.close();
    expect(told[0]).toContain('it refused 3 data points: too old');
  });

  it('says that nobody listens', async () => {
    const told: string[] = [];
    const url = await receiver.open();
    receiver.close();
    start(url, told, [], 3_600_000);
    await exporter?.close();
    expect(told[0]).toMatch(/ECONNREFUSED|refused/);
  });

  it('exports once more at the end, and then no more', async () => {
    const told: string[] = [];
    start(await receiver.open(), told, [], 3_600_000);
    await exporter?.close();
    await exporter?.close();
    expect(receiver.received).toHaveLength(1);
    expect(told).toEqual([]);
  });
});
