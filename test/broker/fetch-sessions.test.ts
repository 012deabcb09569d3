import { expect, it } from 'vitest';
import { BrokerCounters } from '../../src/broker/counters.ts';
import { FetchSessions } from '../../src/broker/fetch-sessions.ts';
import { Identity } from '../../src/broker/identity.ts';
import { fetchSessionsPerBrokerMax } from '../../src/broker/limits.ts';

function newSessions() {
  const counters = new BrokerCounters();
  return { counters, sessions: new FetchSessions(new Identity(1), counters) };
}

it('a session moves on by one epoch a request, wraps past the largest, and ends with −1', () => {
  const { sessions } = newSessions();
  const opened = sessions.begin(0, 0);
  if (opened.kind !== 'full') throw new Error(opened.kind);
  const { session } = opened;
  expect(sessions.begin(session.id, 1).kind).toBe('incremental');
  expect(sessions.begin(session.id, 1)).toEqual({ kind: 'error', errorCode: 71 });
  session.nextEpoch = 0x7fffffff;
  expect(sessions.begin(session.id, 0x7fffffff).kind).toBe('incremental');
  expect(session.nextEpoch).toBe(1);
  expect(sessions.begin(session.id, -1).kind).toBe('sessionless');
  expect(sessions.begin(session.id, 1)).toEqual({ kind: 'error', errorCode: 70 });
});

it('the longest unused session makes room, and that is counted', () => {
  const { counters, sessions } = newSessions();
  const first = sessions.begin(0, 0);
  const second = sessions.begin(0, 0);
  if (first.kind !== 'full' || second.kind !== 'full') throw new Error('no session');
  sessions.begin(first.session.id, 1);
  for (let count = 2; count <= fetchSessionsPerBrokerMax; count += 1) sessions.begin(0, 0);
  expect(sessions.size).toBe(fetchSessionsPerBrokerMax);
  expect(sessions.begin(first.session.id, 2).kind).toBe('incremental');
  expect(sessions.begin(second.session.id, 1)).toEqual({ kind: 'error', errorCode: 70 });
  expect(counters.limitsReached.get('fetchSessionsPerBrokerMax')).toBe(1);
});
