import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/runtime/run-config.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';

const root = new URL('../..', import.meta.url).pathname;

/** The built module: a worker is started from a file, and workers run JavaScript. */
async function startWorkerRuntime(config: RunConfig): Promise<Runtime> {
  const module = await import(join(root, 'dist/worker-runtime.js'));
  return module.startWorkerRuntime(config);
}

const capture = join(root, 'fixtures/captures/java-admin-errors.pcap');
const base = { historyBytesMax: 10_000_000, unsafeShowSecrets: false };

describe('a run in a worker', () => {
  it('reads a capture and answers snapshots by message', async () => {
    const runtime = await startWorkerRuntime({ ...base, source: { kind: 'capture', path: capture } });
    await runtime.ended;
    const request = {
      list: { filter: 'error', markedOnly: false, from: 'end' as const, count: 50 },
      detail: null,
      overview: true,
    };
    const snapshot = await runtime.snapshot(request);
    expect(snapshot.title).toMatchObject({ mode: 'replay', exchanges: 52, finished: true });
    expect(snapshot.list?.rows).toHaveLength(11);
    expect(snapshot.overview?.total.requests).toBe(52);
    await runtime.close();
    await expect(runtime.snapshot(request)).rejects.toThrow();
  });

  it('fails with the sentence of its source', async () => {
    const runtime = startWorkerRuntime({ ...base, source: { kind: 'capture', path: join(root, 'no-such.pcap') } });
    await expect(runtime.then((up) => up.ended)).rejects.toThrow(/no-such\.pcap/);
  });
});
