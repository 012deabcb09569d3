import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { newStateMemory } from '../../../src/runtime/data-plane/shared-state.ts';
import { closeAll, closeLater, startServer } from '../../proxy/harness.ts';

afterEach(closeAll);

describe('the thread of --workers', () => {
  it('starts as it was built, and says that its port is taken', async () => {
    const port = await startServer(() => undefined);
    const built = join(new URL('../../..', import.meta.url).pathname, 'dist/data-plane-thread.js');
    const worker = new Worker(built, {
      workerData: {
        options: {
          listen: { host: '127.0.0.1', port },
          upstreams: [{ host: '127.0.0.1', port: 1 }],
          clientTls: null,
          keylogPath: null,
          upstreamSasl: null,
        },
        index: 0,
        ring: newRingMemory(1024),
        state: newStateMemory(1),
        probeClientId: 'kafka-scope-probe-test',
        bindings: [],
        ports: [],
        ownAddresses: [],
      },
    });
    closeLater(async () => {
      await worker.terminate();
    });
    const [report] = await once(worker, 'message');
    expect(report).toMatchObject({ kind: 'failed', code: 'port-in-use' });
  });
});
