import { type ChildProcess, spawn } from 'node:child_process';
import { type KcatMessage, toRecord } from './kcat-records.ts';
import type { SeenRecords } from './order.ts';

/** A kcat that reads as a member of a group until it is told to stop. */
export interface KcatConsumer {
  readonly process: ChildProcess;
  /** All it said to stderr so far. */
  readonly log: () => string;
}

/** Starts kcat on a topic; `settings` are librdkafka's, `connection` says where. What it reads goes into `seen`. */
export function startKcatConsumer(
  connection: readonly string[],
  settings: readonly string[],
  group: { readonly id: string; readonly topic: string },
  seen: SeenRecords,
): KcatConsumer {
  const how = [...settings.flatMap((setting) => ['-X', setting]), '-J', '-u', '-G', group.id, group.topic];
  const child = spawn('kcat', [...connection, ...how], { stdio: ['ignore', 'pipe', 'pipe'] });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as KcatMessage;
      seen.add(message.partition, String(message.offset), toRecord(message));
    }
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  return { process: child, log: () => log };
}
