import { expect, it, vi } from 'vitest';
import { cachedSurface } from '../../../ui/chart/chart-surface.ts';
import type { ChartSpec } from '../../../ui/model/overview-charts.ts';

it('a chart is drawn again only when something changed', () => {
  const plot = vi.fn(() => []);
  const close = vi.fn();
  const surface = cachedSurface({ name: 'braille', plot, close });
  const spec = (value: number, latest = '1'): ChartSpec => ({
    title: 't',
    note: '',
    span: '',
    series: [{ name: 'a', role: 'accent', values: [1, value], latest }],
  });
  surface.plot(spec(2), 40, 8);
  surface.plot(spec(2, 'another figure'), 40, 8);
  expect(plot).toHaveBeenCalledTimes(1);
  surface.plot(spec(3), 40, 8);
  surface.plot(spec(3), 41, 8);
  expect(plot).toHaveBeenCalledTimes(3);
  for (let value = 0; value < 20; value += 1) surface.plot(spec(value), 40, 8);
  surface.plot(spec(2), 40, 8);
  expect(plot.mock.calls.length).toBeGreaterThan(20);
  surface.close();
  expect(close).toHaveBeenCalledTimes(1);
  expect(surface.name).toBe('braille');
});
