import { describe, expect, it } from 'vitest';
import { geometry, hexLineColumns } from '../../../ui/model/geometry.ts';
import { UiSession } from '../../support/ui-session.ts';

async function opened(columns: number, rows: number): Promise<UiSession> {
  const session = await new UiSession(columns, rows).settle();
  return session.keys('enter');
}

describe('geometry', () => {
  it('gives the list the whole body until something is open', async () => {
    const session = await new UiSession(120, 36).settle();
    expect(geometry(session.state)).toMatchObject({ bodyRows: 32, listRows: 31, detailRows: 0, tooSmall: false });
  });

  it('splits into list, tree and bytes as UX.md draws it', async () => {
    const { state } = await opened(120, 36);
    expect(geometry(state)).toMatchObject({
      listRows: 13,
      detailRows: 18,
      bytesPerLine: 16,
      hexColumns: 71,
      treeColumns: 46,
    });
  });

  it.each([
    [60, 15],
    [76, 20],
    [80, 24],
    [100, 30],
    [120, 36],
    [160, 50],
    [200, 60],
  ])('fills %sx%s exactly', async (columns, rows) => {
    const session = await opened(columns, rows);
    for (const keys of [
      [],
      ['\\'],
      ['tab'],
      ['tab'],
      ['\\', '+', '+'],
      Array<string>(40).fill('+'),
      Array<string>(80).fill('_'),
    ]) {
      session.press(...keys);
      const layout = geometry(session.state);
      expect(layout.detailRows + (layout.listRows > 0 ? layout.listRows + 1 : 0)).toBe(layout.bodyRows);
      if (layout.treeColumns > 0 && layout.hexColumns > 0)
        expect(layout.treeColumns + layout.hexColumns + 3).toBe(columns);
      expect(hexLineColumns(layout.bytesPerLine)).toBeLessThanOrEqual(Math.max(columns, 39));
      expect(session.frame().body).toHaveLength(layout.bodyRows);
    }
  });

  it('says when the terminal is too small', () => {
    expect(geometry(new UiSession(59, 36).state).tooSmall).toBe(true);
    expect(geometry(new UiSession(60, 14).state).tooSmall).toBe(true);
    expect(geometry(new UiSession(60, 15).state).tooSmall).toBe(false);
  });
});
