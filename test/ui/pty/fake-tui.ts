import process from 'node:process';
import { openTui } from '../../../ui/main.tsx';
import { FakeRuntime } from '../../support/fake-runtime.ts';

/** What the argument of the program may say. */
export interface FakeTuiOptions {
  readonly exchanges?: number;
  readonly perSecond?: number;
  readonly title?: object;
  readonly ascii?: boolean;
  readonly filter?: string;
  readonly failAfterMs?: number;
  readonly crashAfterMs?: number;
}

// The UI over the fake run, for tests under a pseudo terminal and for looking at it. Arguments: options as JSON.
const chosen = JSON.parse(process.argv[2] ?? '{}') as FakeTuiOptions;
const runtime = new FakeRuntime({
  exchanges: chosen.exchanges ?? 5_000,
  perSecond: chosen.perSecond ?? 0,
  title: chosen.title ?? {},
  nowMs: () => Date.now(),
});
if (chosen.failAfterMs !== undefined)
  setTimeout(() => runtime.fail('upstream broker:9092 refused'), chosen.failAfterMs);
if (chosen.crashAfterMs !== undefined) {
  setTimeout(() => {
    throw new Error('planted crash');
  }, chosen.crashAfterMs);
}
const end = await openTui(runtime, {
  fps: 10,
  ascii: chosen.ascii === true,
  reducedMotion: false,
  payload: 'hide',
  initialFilter: chosen.filter ?? '',
});
process.stdout.write(
  `left ${end.signal ?? 'by the user'} after ${runtime.commands.map((command) => command.kind).join(',')}\n`,
);
process.exit(0);
