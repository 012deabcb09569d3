import { parentPort, workerData } from 'node:worker_threads';
import { ServingThread } from './serving-thread.ts';
import type { ThreadData, ThreadOrder, ThreadReport } from './types.ts';

/** A thread of `--workers`: it serves clients at the end of a message port. */
if (parentPort !== null) {
  const port = parentPort;
  const thread = new ServingThread(workerData as ThreadData, (report: ThreadReport) => port.postMessage(report));
  await thread.start();
  // Orders that came before are kept until somebody listens.
  port.on('message', (order: ThreadOrder) => thread.receive(order));
}
