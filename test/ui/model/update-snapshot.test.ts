import { describe, expect, it } from 'vitest';
import { snapshotRequest } from '../../../ui/model/snapshot-request.ts';
import { receiveSnapshot } from '../../../ui/model/update-snapshot.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('an answer', () => {
  it('of another filter is left aside', async () => {
    const session = await new UiSession().settle();
    const request = snapshotRequest(session.state);
    const late = await session.runtime.snapshot(request);
    session.press('/').type('error');
    await session.settle();
    const after = receiveSnapshot(session.state, late, request);
    expect(after.list.endPosition).toBe(84);
  });

  it('of another exchange is left aside', async () => {
    const session = await new UiSession().settle();
    session.press('enter');
    const request = snapshotRequest(session.state);
    expect(request.detail?.seq).toBe(500);
    const late = await session.runtime.snapshot(request);
    session.press('K');
    expect(receiveSnapshot(session.state, late, request).detail.snapshot).toBeNull();
  });

  it('says when the exchange is gone', async () => {
    const session = await new UiSession().settle();
    session.press('enter');
    const request = snapshotRequest(session.state);
    const snapshot = await session.runtime.snapshot(request);
    session.act({ kind: 'snapshot', snapshot: { ...snapshot, detail: null }, request });
    expect(session.text().join('\n')).toContain('#500 is no longer in the history: the memory limit dropped it');
  });

  it('starts a capture at its beginning', async () => {
    const session = await new UiSession(120, 36, {
      title: { mode: 'replay', source: 'a.pcap', finished: true },
    }).settle();
    expect(session.state.list).toMatchObject({ follow: false, cursor: 1 });
    expect(session.state.list.cursorRow?.seq).toBe(1);
  });
});
