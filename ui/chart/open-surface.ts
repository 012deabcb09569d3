import { brailleSurface } from './braille-surface.ts';
import { type ChartSurface, cachedSurface } from './chart-surface.ts';

/** The surface for a terminal. blessed-contrib is loaded only when a chart is first wanted; without it ours serves. */
export async function openSurface(asciiOnly: boolean): Promise<ChartSurface> {
  // Braille is the only thing contrib draws with.
  if (asciiOnly) return brailleSurface(true);
  try {
    const { contribSurface } = await import('./contrib-surface.ts');
    return cachedSurface(contribSurface());
  } catch {
    return brailleSurface(false);
  }
}
