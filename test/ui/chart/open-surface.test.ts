import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('../../../ui/chart/contrib-surface.ts');
  vi.resetModules();
});

it('contrib draws on a terminal, ours in ASCII', async () => {
  const { openSurface } = await import('../../../ui/chart/open-surface.ts');
  const surface = await openSurface(false);
  expect(surface.name).toBe('blessed-contrib');
  surface.close();
  expect((await openSurface(true)).name).toBe('ascii');
});

it('ours draws when contrib cannot be loaded', async () => {
  vi.doMock('../../../ui/chart/contrib-surface.ts', () => ({
    contribSurface: () => {
      throw new Error("Cannot find module 'blessed'");
    },
  }));
  const { openSurface } = await import('../../../ui/chart/open-surface.ts');
  expect((await openSurface(false)).name).toBe('braille');
});
