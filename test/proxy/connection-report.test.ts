import { describe, expect, test } from 'vitest';
import { ConnectionReport } from '../../src/proxy/connection-report.ts';
import { Watcher } from './harness.ts';

const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', sni: null };

function reportTo(watcher: Watcher, nodeId: number | null = null): ConnectionReport {
  return new ConnectionReport(7, '10.0.0.1:5000', nodeId, watcher);
}

describe('ConnectionReport', () => {
  test('tells how a connection opened, ended and closed', () => {
    const watcher = new Watcher();
    const report = reportTo(watcher, 2);
    report.opened('10.0.0.2:9092', null, tls);
    report.ended('client');
    report.tagged(5, 'capped');
    report.closed('fin');
    expect(watcher.inputs).toMatchObject([
      { kind: 'opened', connection: 7, client: '10.0.0.1:5000', broker: '10.0.0.2:9092', nodeId: 2, tls: null },
      { kind: 'ended', connection: 7, from: 'client' },
      { kind: 'tagged', connection: 7, correlationId: 5, tag: 'capped' },
      { kind: 'closed', connection: 7, reason: 'fin' },
    ]);
    expect(watcher.events).toMatchObject([{ event: 'broker-tls', connection: 7, detail: tls }]);
  });

  test('events carry the id of a connection only once the observer knows it', () => {
    const watcher = new Watcher();
    const report = reportTo(watcher, 2);
    expect([report.announced, report.broker]).toEqual([false, '?']);
    report.failed({ reason: 'connection-refused', message: 'Nothing listens.' });
    report.failed({ reason: 'login-refused', message: 'Wrong password.', authentication: true });
    report.opened('10.0.0.2:9092', null, null);
    report.event('rewrite-refused', { reason: 'too large' }, 0);
    expect([report.announced, report.broker]).toEqual([true, '10.0.0.2:9092']);
    expect(watcher.events.map(({ event, connection }) => [event, connection])).toEqual([
      ['connection-failed', null],
      ['upstream-authentication-failed', null],
      ['rewrite-refused', 7],
    ]);
    expect(watcher.events[0]?.detail).toEqual({
      client: '10.0.0.1:5000',
      nodeId: 2,
      reason: 'connection-refused',
      message: 'Nothing listens.',
    });
  });

  test('what comes with every response is told once a second, and the rest of it at the end', () => {
    const watcher = new Watcher();
    const report = reportTo(watcher);
    for (const atUs of [0, 10, 20]) report.event('addresses-rewritten', { apiKey: 3, addresses: 2 }, atUs);
    expect(watcher.events).toHaveLength(1);
    report.flush();
    expect(watcher.events[1]?.detail).toEqual({ apiKey: 3, addresses: 2, times: 2 });
  });

  test('a timeout, a refused certificate and a wrong cluster say whom they concern', () => {
    const watcher = new Watcher();
    const report = reportTo(watcher, 4);
    report.opened('10.0.0.2:9092', null, null);
    report.timedOut('idle-timeout', 3, 'Nothing was sent.');
    report.brokerLost('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    report.brokerLost('ECONNRESET');
    report.rebootstrapRequired();
    expect(watcher.events.map(({ event }) => event)).toEqual([
      'connection-timeout',
      'tls-failed',
      'rebootstrap-required',
    ]);
    expect(watcher.events[0]?.detail).toMatchObject({ cause: 'idle-timeout', count: 3, client: '10.0.0.1:5000' });
    expect(watcher.events[1]?.detail.client).toBe('10.0.0.1:5000');
    expect(watcher.events[2]?.detail.message).toContain('10.0.0.2:9092 is not broker 4 of the cluster');
  });
});
