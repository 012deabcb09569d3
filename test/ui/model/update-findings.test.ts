import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/insight/finding.ts';
import { snapshotRequest } from '../../../ui/model/snapshot-request.ts';
import { receiveFindings, selectedFinding } from '../../../ui/model/update-findings.ts';
import { UiSession } from '../../support/ui-session.ts';

function finding(name: string, changes: Partial<Finding> = {}): Finding {
  return {
    finding: name,
    severity: 'error',
    message: name,
    client: '10.0.0.1:5',
    broker: null,
    connection: 7,
    count: 1,
    firstUs: 1,
    lastUs: 1,
    ...changes,
  };
}

function session(rows: readonly Finding[]): UiSession {
  const ui = new UiSession().press('4');
  ui.state = receiveFindings(ui.state, { rows, omitted: 0 });
  return ui;
}

describe('the keys of the Findings screen', () => {
  it('asks for findings only where they are shown', () => {
    expect(snapshotRequest(new UiSession().state).findings).toBeUndefined();
    expect(snapshotRequest(session([]).state).findings).toBe(true);
  });

  it('moves within the list, to its ends and no further', () => {
    const ui = session([finding('a'), finding('b'), finding('c')]);
    expect(selectedFinding(ui.press('j').state)?.finding).toBe('b');
    expect(selectedFinding(ui.press('G').state)?.finding).toBe('c');
    expect(selectedFinding(ui.press('j').state)?.finding).toBe('c');
    expect(selectedFinding(ui.press('g').state)?.finding).toBe('a');
  });

  it('keeps the selection on its finding when another comes before it', () => {
    const ui = session([finding('a'), finding('b')]).press('j');
    const state = receiveFindings(ui.state, { rows: [finding('new'), finding('a'), finding('b')], omitted: 0 });
    expect(selectedFinding(state)?.finding).toBe('b');
  });

  it('leads to the traffic of the connection, of the client, or says that there is none', () => {
    expect(session([finding('a')]).press('enter').state).toMatchObject({
      screen: 'traffic',
      filter: { text: 'conn == 7' },
    });
    expect(session([finding('a', { connection: null })]).press('enter').state.filter.text).toContain('10.0.0.1:5');
    expect(session([finding('a', { connection: null, client: null })]).press('enter').state.screen).toBe('findings');
    expect(session([]).press('enter').state.status?.text).toContain('nothing to show');
  });

  it('goes back to the traffic, and copies the sentence', () => {
    const ui = session([finding('a')]);
    expect(ui.press('y').effects).toEqual([{ kind: 'copy', text: 'a' }]);
    expect(ui.press('q').state.screen).toBe('traffic');
  });
});
