import { parentPort, workerData } from 'node:worker_threads';
import { RecordingJob } from './recording-job.ts';
import type { RecordingJobConfig, RecordingOrder, RecordingReply } from './types.ts';

/** The thread that writes a recording: a job at the end of a message port. */
if (parentPort !== null) {
  const port = parentPort;
  const job = new RecordingJob(workerData as RecordingJobConfig, (reply: RecordingReply, transfer) => {
    port.postMessage(reply, [...transfer]);
    if (reply.kind === 'ended') port.close();
  });
  port.on('message', (order: RecordingOrder) => job.receive(order));
}
