import { readCapture } from '../../src/capture/source.ts';
import { Engine } from '../../src/exchange/engine.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';

/** What MANIFEST.json states of a capture, counted by our own path. */
export interface TrafficTotals {
  readonly connections: number;
  readonly requests: number;
  readonly responses: number;
  readonly requestStreamBytes: number;
  readonly responseStreamBytes: number;
  readonly requestsByApiVersion: Readonly<Record<string, number>>;
}

/** Reads a capture through source and engine and counts. */
export async function totalsOf(path: string, keylog?: string): Promise<TrafficTotals> {
  const engine = new Engine();
  const streamBytes = { client: 0, broker: 0 };
  const byApiVersion: Record<string, number> = {};
  let requests = 0;
  let responses = 0;
  const count = (exchange: Exchange) => {
    if (exchange.response !== null) responses += 1;
    if (exchange.request === null) return;
    requests += 1;
    const key = `${exchange.apiKey}v${exchange.apiVersion}`;
    byApiVersion[key] = (byApiVersion[key] ?? 0) + 1;
  };
  const stats = await readCapture({ path, ...(keylog === undefined ? {} : { keylog }) }, (input) => {
    if (input.kind === 'segment') streamBytes[input.from] += input.bytes.length;
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      if (event.kind === 'completed') count(event.exchange);
    }
  });
  return {
    connections: stats.kafkaConnections,
    requests,
    responses,
    requestStreamBytes: streamBytes.client,
    responseStreamBytes: streamBytes.broker,
    requestsByApiVersion: byApiVersion,
  };
}
