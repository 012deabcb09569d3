import { describe, expect, it } from 'vitest';
import { overscanRows, snapshotRequest } from '../../../ui/model/snapshot-request.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('what the screen asks for', () => {
  it('is what is on it', async () => {
    const session = await new UiSession(120, 36).settle();
    expect(snapshotRequest(session.state)).toEqual({
      list: { filter: '', markedOnly: false, from: 'end', count: 31 },
      detail: null,
      overview: false,
    });
    await session.keys('g', 'pgdn', 'pgdn');
    const { list } = snapshotRequest(session.state);
    expect(list?.from).toBe(session.state.list.top - overscanRows);
    expect(list?.count).toBe(31 + 2 * overscanRows);
    await session.keys('2');
    expect(snapshotRequest(session.state)).toEqual({ list: null, detail: null, overview: true });
  });

  it('asks for a final exchange once, for one in flight again and again', async () => {
    const session = await new UiSession(120, 36, { exchanges: 496 }).settle();
    session.press('enter');
    expect(snapshotRequest(session.state).detail).toEqual({ seq: 496, records: false });
    await session.settle();
    expect(snapshotRequest(session.state).detail).toBeNull();
    const flying = await new UiSession(120, 36, { exchanges: 499 }).settle();
    await flying.keys('enter');
    expect(flying.state.detail.snapshot?.row.status).toBe('in-flight');
    expect(snapshotRequest(flying.state).detail?.seq).toBe(499);
  });

  it('survives structuredClone and JSON, as it travels to a worker', async () => {
    const session = await new UiSession().settle();
    const request = snapshotRequest(session.state);
    expect(structuredClone(request)).toEqual(request);
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
  });
});
