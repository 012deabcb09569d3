import { describe, expect, it } from 'vitest';
import { factRowsCapture, factRowsLive, proxyLayout } from '../../../ui/model/proxy-layout.ts';
import { UiSession } from '../../support/ui-session.ts';

async function layoutAt(columns: number, rows: number, mode: 'proxy' | 'replay' = 'proxy') {
  const session = await new UiSession(columns, rows, { title: { mode } }).settle();
  await session.keys('3');
  return proxyLayout(session.state, rows - 4);
}

describe('the layout of the Proxy screen', () => {
  it('stacks facts, listeners and connections on a small terminal', async () => {
    const layout = await layoutAt(80, 24);
    expect(layout).toMatchObject({ beside: false, factRows: factRowsLive, listenerRows: 5, connectionRows: 4 });
    expect(layout.factRows + layout.listenerRows + 1 + layout.connectionRows).toBe(20);
  });

  it('keeps two connections on the smallest one', async () => {
    expect(await layoutAt(60, 15)).toMatchObject({ listenerRows: 0, connectionRows: 0 });
    expect((await layoutAt(60, 19)).connectionRows).toBeGreaterThanOrEqual(2);
  });

  it('puts listeners beside the facts where there is room', async () => {
    const layout = await layoutAt(160, 50);
    expect(layout).toMatchObject({ beside: true, connectionRows: 46 - factRowsLive - 1 });
    expect(layout.factColumns + layout.listenerColumns + 3).toBe(160);
  });

  it('needs fewer rows for a capture, which has no listeners', async () => {
    expect(await layoutAt(80, 24, 'replay')).toMatchObject({ factRows: factRowsCapture, listenerRows: 0 });
  });
});
