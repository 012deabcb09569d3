import { describe, expect, it } from 'vitest';
import { snapshotRequest } from '../../../ui/model/snapshot-request.ts';
import { connectionAt, connectionTerm, pathRequest, proxyPageRows } from '../../../ui/model/update-proxy.ts';
import { fakeConnections } from '../../support/fake-path.ts';
import { UiSession } from '../../support/ui-session.ts';

async function open(columns = 80, rows = 24): Promise<UiSession> {
  const session = await new UiSession(columns, rows).settle();
  return session.keys('3');
}

describe('the connections of the Proxy screen', () => {
  it('are asked for as far as they are visible, and only there', async () => {
    const session = await open();
    expect(snapshotRequest(session.state)).toEqual({
      list: null,
      detail: null,
      overview: false,
      path: { from: 0, count: 4 + 16, keep: 1 },
    });
    await session.keys('1');
    expect(snapshotRequest(session.state).path).toBeUndefined();
  });

  it('scroll with the keys of every list', async () => {
    const session = await open();
    expect(proxyPageRows(session.state)).toBe(4);
    await session.keys('j', 'j');
    expect(session.state.proxy).toMatchObject({ cursor: 2, top: 0, selected: 3 });
    await session.keys('G');
    expect(session.state.proxy).toMatchObject({ cursor: fakeConnections - 1, top: fakeConnections - 4 });
    expect(connectionAt(session.state, fakeConnections - 1)?.id).toBe(fakeConnections);
    await session.keys('k', 'pgup', 'pgup');
    expect(session.state.proxy.cursor).toBe(fakeConnections - 2 - 8);
    await session.keys('g', 'k');
    expect(session.state.proxy).toMatchObject({ cursor: 0, top: 0, selected: 1 });
  });

  it('keep the selection on its connection when others close', async () => {
    const session = await open();
    await session.keys('j', 'j', 'j');
    const { path } = session.state.proxy;
    if (path === null) throw new Error('it was asked for');
    const request = snapshotRequest(session.state);
    const title = session.state.title;
    if (title === null) throw new Error('there is a title');
    const connections = { ...path.connections, total: 3, from: 0, rows: path.connections.rows.slice(2, 5), keptAt: 1 };
    const snapshot = { title, list: null, detail: null, overview: null, path: { ...path, connections } };
    session.act({ kind: 'snapshot', snapshot, request });
    expect(session.state.proxy).toMatchObject({ cursor: 1, selected: 4 });
    const gone = {
      ...path,
      connections: { ...connections, keptAt: null, total: 1, rows: connections.rows.slice(0, 1) },
    };
    session.act({ kind: 'snapshot', snapshot: { ...snapshot, path: gone }, request });
    expect(session.state.proxy).toMatchObject({ cursor: 0, selected: 3 });
  });

  it('stand still while the screen is frozen', async () => {
    const session = await open();
    await session.keys('space');
    expect(pathRequest(session.state)).toBeNull();
  });

  it('lead to the traffic of one, and to its filter', async () => {
    const session = await open();
    await session.keys('j', 'y');
    expect(session.effects).toContainEqual({ kind: 'copy', text: 'conn == 2' });
    expect(connectionTerm(session.state)).toBe('conn == 2');
    session.press('enter');
    expect(session.state).toMatchObject({ screen: 'traffic', filter: { text: 'conn == 2' } });
  });

  it('may be none', async () => {
    const session = new UiSession(80, 24);
    session.press('3', 'enter');
    expect(session.state.screen).toBe('proxy');
    expect(session.state.status?.text).toBe('no open connection to show');
    session.press('tab');
    expect(session.state.status?.text).toContain('one table here');
    session.press('q');
    expect(session.state.screen).toBe('traffic');
  });
});
