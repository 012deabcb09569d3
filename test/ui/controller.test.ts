import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { brailleSurface } from '../../ui/chart/braille-surface.ts';
import { Controller, type ControllerPorts, cadenceOf } from '../../ui/controller.ts';
import { initialState } from '../../ui/model/ui-state.ts';
import { frameRows } from '../../ui/view/painted-frame.ts';
import { monoTheme } from '../../ui/view/theme.ts';
import { withoutSgr } from '../support/ansi.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';

let running: Controller | null = null;
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  running?.stop();
  vi.useRealTimers();
});

function start(change: Partial<ControllerPorts> = {}, perSecond = 0, exchanges = 100) {
  const runtime = new FakeRuntime({ exchanges, perSecond, nowMs: () => Date.now() });
  const copied: string[] = [];
  const calls: string[] = [];
  const state = initialState({ columns: 120, rows: 36, ascii: false, payload: 'hide', filter: '', nowMs: Date.now() });
  const controller = new Controller(state, {
    runtime,
    theme: monoTheme,
    cadence: cadenceOf(10, false),
    nowMs: () => Date.now(),
    copy: (text) => copied.push(text),
    redraw: () => calls.push('redraw'),
    quit: () => calls.push('quit'),
    openSurface: async () => brailleSurface(false),
    ...change,
  });
  running = controller;
  const screen = () => withoutSgr(frameRows(controller.frame()).join('\n'));
  return { controller, runtime, copied, calls, screen };
}

describe('the controller', () => {
  it('asks at the tick while there is news, less often when there is none', async () => {
    const busy = start({}, 100);
    busy.controller.start();
    await vi.advanceTimersByTimeAsync(10_000);
    const asked = busy.runtime.requests.length;
    expect(asked).toBeGreaterThan(90);
    expect(asked).toBeLessThan(125);
    busy.controller.stop();
    const idle = start();
    idle.controller.start();
    await vi.advanceTimersByTimeAsync(2_500);
    const before = idle.runtime.requests.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(idle.runtime.requests.length - before).toBeLessThan(45);
  });

  it('shows a key at once and asks for what it uncovered', async () => {
    const { controller, runtime, screen } = start();
    controller.start();
    await vi.advanceTimersByTimeAsync(50);
    const before = runtime.requests.length;
    controller.press({ key: 'g', text: 'g' });
    expect(controller.state.list.cursor).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(runtime.requests.length).toBeGreaterThan(before);
    expect(screen()).toMatch(/▸ +1 /);
  });

  it('tells React only when a person would see a difference', async () => {
    const { controller } = start({}, 0, 6);
    const changed = vi.fn();
    controller.subscribe(changed);
    controller.start();
    await vi.advanceTimersByTimeAsync(100);
    const first = changed.mock.calls.length;
    // The clock of the title ticks once a second; nothing else changes.
    await vi.advanceTimersByTimeAsync(5_000);
    expect(changed.mock.calls.length - first).toBeLessThan(10);
    const still = controller.frame();
    controller.dispatch({ kind: 'tick', nowMs: Date.now() });
    expect(controller.frame()).toBe(still);
  });

  it('has one question under way, however slow the run', async () => {
    const { controller, runtime } = start();
    const answer = runtime.snapshot.bind(runtime);
    let open = 0;
    let most = 0;
    runtime.snapshot = async (request) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 700));
      open -= 1;
      return answer(request);
    };
    controller.start();
    for (let at = 0; at < 30; at += 1) {
      controller.press({ key: 'k', text: 'k' });
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(5_000);
    expect(most).toBe(1);
  });

  it('does what the keys ask outside', async () => {
    const { controller, runtime, copied, calls } = start();
    controller.start();
    await vi.advanceTimersByTimeAsync(50);
    for (const key of ['m', 'y', 'ctrl-l', 'Q']) controller.press({ key, text: key });
    controller.paste('x');
    expect(runtime.commands).toEqual([{ kind: 'mark', seq: 100, marked: true }]);
    expect(copied[0]).toContain('100  ');
    expect(calls).toEqual(['redraw', 'quit']);
  });

  it('loads the chart surface when a chart is first wanted, and says when it cannot', async () => {
    const openSurface = vi.fn(async () => brailleSurface(false));
    const good = start({ openSurface });
    good.controller.start();
    await vi.advanceTimersByTimeAsync(50);
    expect(openSurface).not.toHaveBeenCalled();
    good.controller.press({ key: '2', text: '2' });
    await vi.advanceTimersByTimeAsync(300);
    expect(openSurface).toHaveBeenCalledTimes(1);
    expect(good.screen()).toContain('── all 3.1k');
    good.controller.stop();
    const bad = start({ openSurface: () => Promise.reject(new Error('no memory')) });
    bad.controller.start();
    bad.controller.press({ key: '2', text: '2' });
    await vi.advanceTimersByTimeAsync(300);
    expect(bad.screen()).toContain('no charts: no memory');
  });

  it('shows a failed run and a refused command', async () => {
    const { controller, runtime, screen } = start();
    controller.start();
    runtime.command = () => Promise.reject(new Error('too many marks'));
    await vi.advanceTimersByTimeAsync(50);
    controller.press({ key: 'm', text: 'm' });
    await vi.advanceTimersByTimeAsync(10);
    expect(screen()).toContain('too many marks');
    runtime.fail('upstream broker:9092 refused');
    await vi.advanceTimersByTimeAsync(8_000);
    expect(screen()).toContain('stopped: upstream broker:9092 refused');
  });

  it('is silent after it stopped', async () => {
    const { controller, runtime } = start();
    controller.start();
    await vi.advanceTimersByTimeAsync(50);
    controller.stop();
    const before = runtime.requests.length;
    controller.press({ key: 'g', text: 'g' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(runtime.requests.length).toBe(before);
  });
});

describe('the cadence', () => {
  it('follows --ui-fps within reason, and reduced motion', () => {
    expect(cadenceOf(10, false)).toEqual({ tickMs: 100, idleTickMs: 250 });
    expect(cadenceOf(1_000, false).tickMs).toBe(33);
    expect(cadenceOf(0, false).tickMs).toBe(1_000);
    expect(cadenceOf(30, true)).toEqual({ tickMs: 500, idleTickMs: 500 });
  });
});
