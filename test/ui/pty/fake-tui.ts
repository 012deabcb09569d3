import process from 'node:process';
import { openTui } from '../../../ui/main.tsx';
import { FakeRuntime } from '../../support/fake-runtime.ts';

// The UI over the fake run, for tests under a pseudo terminal and for looking at it. Arguments: options as JSON.
const chosen = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>;
const runtime = new FakeRuntime({
  exchanges: Number(chosen.exchanges ?? 5_000),
  perSecond: Number(chosen.perSecond ?? 0),
  title: (chosen.title as object | undefined) ?? {},
  nowMs: () => Date.now(),
});
if (typeof chosen.failAfterMs === 'number')
  setTimeout(() => runtime.fail('upstream broker:9092 refused'), chosen.failAfterMs);
if (typeof chosen.crashAfterMs === 'number') {
  setTimeout(() => {
    throw new Error('planted crash');
  }, chosen.crashAfterMs);
}
const end = await openTui(runtime, {
  fps: 10,
  ascii: chosen.ascii === true,
  reducedMotion: false,
  payload: 'hide',
  initialFilter: String(chosen.filter ?? ''),
});
process.stdout.write(
  `left ${end.signal ?? 'by the user'} after ${runtime.commands.map((command) => command.kind).join(',')}\n`,
);
if (chosen.cpu === true) process.stdout.write(`cpu ${JSON.stringify(process.cpuUsage())} frames\n`);
process.exit(0);
