import { parentPort, workerData } from 'node:worker_threads';
import { nowUs } from '../proxy/clock.ts';
import { inProcessRuntime } from './in-process-runtime.ts';
import type { RunConfig } from './run-config.ts';
import { startRun } from './start-run.ts';
import type { WorkerQuestion, WorkerReply } from './worker-message.ts';

/** The data path's own thread: a run that answers snapshots by message, so that drawing never delays a byte. */
async function serve(port: NonNullable<typeof parentPort>, config: RunConfig): Promise<void> {
  const reply = (message: WorkerReply) => port.postMessage(message);
  try {
    const source = await startRun(config);
    const runtime = inProcessRuntime(source, nowUs());
    port.on('message', (question: WorkerQuestion) => {
      answer(question).then(reply, (error: unknown) => reply(failed(question.id, error)));
    });
    const answer = async (question: WorkerQuestion): Promise<WorkerReply> => {
      if (question.kind === 'snapshot') {
        return { kind: 'snapshot', id: question.id, snapshot: await runtime.snapshot(question.request) };
      }
      if (question.kind === 'command') await runtime.command(question.command);
      else await runtime.close();
      return { kind: 'done', id: question.id };
    };
    reply({ kind: 'ready' });
    await runtime.ended;
    reply({ kind: 'ended', error: null });
  } catch (error) {
    reply({ kind: 'ended', error: messageOf(error), code: codeOf(error) });
  }
}

function failed(id: number, error: unknown): WorkerReply {
  return { kind: 'failed', id, error: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
}

if (parentPort !== null) await serve(parentPort, workerData as RunConfig);
