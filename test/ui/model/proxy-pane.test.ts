import { describe, expect, it } from 'vitest';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { proxyLines } from '../../../ui/model/proxy-pane.ts';
import { fakeListener } from '../../support/fake-path.ts';
import { UiSession } from '../../support/ui-session.ts';

async function open(columns: number, rows: number, options: ConstructorParameters<typeof UiSession>[2] = {}) {
  const session = await new UiSession(columns, rows, options).settle();
  return session.keys('3');
}

function body(session: UiSession, rows: number): string[] {
  const lines = proxyLines(session.state, rows);
  for (const row of lines) expect(lineWidth(row)).toBeLessThanOrEqual(session.state.columns);
  return lines.map((row) => lineText(row).trimEnd());
}

describe('the Proxy screen', () => {
  it('fits 80×24: verdict, listeners with what they reached, connections', async () => {
    const lines = body(await open(80, 24), 20);
    expect(lines).toHaveLength(20);
    expect(lines[0]).toContain('innocent');
    expect(lines[10]).toMatch(/^ NODE CLIENTS USE +BROKER +CONNS REACHED$/);
    expect(lines[11]).toMatch(/^ boot 127\.0\.0\.1:19092 +broker:9092 +12 ✓ yes$/);
    expect(lines[13]).toContain('✗ b2.int');
    expect(lines[14]).toContain('not tried');
    expect(lines[15]).toMatch(/^ +CONN CLIENT +BRK TLS +FLY +REQUESTS +IN +OUT$/);
    expect(lines[16]).toMatch(/^▸ +1 127\.0\.0\.1:52101 +2 plaintext +1 +1,000 +12\.3 KB +1\.2 MB$/);
  });

  it('shows more of each connection on a wide terminal, listeners beside the facts', async () => {
    const lines = body(await open(200, 60), 56);
    expect(lines[0]).toMatch(/innocent.*│ {2}NODE CLIENTS USE/);
    expect(lines[10]).toMatch(/CLIENT ID.*BROKER.*CIPHER.*SASL.*PRINCIPAL.*37 open$/);
    expect(lines[15]).toMatch(/TLSv1\.3 +TLS_AES_256_GCM_SHA384 +SCRAM-SHA-512 User:orders/);
    expect(lines.filter((row) => row.includes('127.0.0.1:521'))).toHaveLength(37);
  });

  it('lets nothing through that a terminal obeys', async () => {
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
    ] as const) {
      expect(body(await open(columns, rows), rows - 4).join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }
  });

  it('shows failing listeners first where not all have a row', async () => {
    const session = await open(80, 24);
    const { path } = session.state.proxy;
    if (path === null) throw new Error('it was asked for');
    const listeners = Array.from({ length: 40 }, (_, nodeId) =>
      fakeListener(nodeId, nodeId === 39 ? { state: 'failed', failure: null, address: null } : {}),
    );
    session.state = { ...session.state, proxy: { ...session.state.proxy, path: { ...path, listeners } } };
    const lines = body(session, 20);
    expect(lines[11]).toMatch(/^ {3}39 none: direct .*✗ no$/);
    expect(lines.join('\n')).toMatch(/and \d+ more listeners/);
  });

  it('says what is not there yet, and that a capture has no listeners', async () => {
    const session = new UiSession(120, 36);
    session.press('3');
    expect(body(session, 32)[1]).toContain('waiting for the first facts');
    session.act({ kind: 'failure', message: 'gone' });
    expect(body(session, 32).join('\n')).toContain('stopped: gone');
    const capture = await open(120, 36, { title: { mode: 'replay' } });
    expect(body(capture, 32)[0]).toMatch(/A capture shows.*no listeners: this is a capture/);
    const { path } = capture.state.proxy;
    if (path === null) throw new Error('it was asked for');
    const none = { total: 0, unlisted: 0, from: 0, rows: [], keptAt: null };
    capture.state = { ...capture.state, proxy: { ...capture.state.proxy, path: { ...path, connections: none } } };
    expect(body(capture, 32).join('\n')).toContain('no connection is open');
  });
});
