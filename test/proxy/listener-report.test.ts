import { describe, expect, test } from 'vitest';
import { AdvertisePattern } from '../../src/proxy/advertise-pattern.ts';
import { CertificateCover } from '../../src/proxy/certificate-cover.ts';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';
import type { EventDetail } from '../../src/proxy/event-detail.ts';
import { ListenerReport } from '../../src/proxy/listener-report.ts';

const address = { host: '127.0.0.1', port: 19_092 };
const binding = {
  nodeId: 3,
  endpointType: 1,
  host: '127.0.0.1',
  port: 19_095,
  advertisedHost: null,
  upstream: { host: 'three.internal', port: 9092 },
};
const bound = { host: '127.0.0.1', port: 19_095, nodeId: 3, upstream: 'three.internal:9092', controller: false };

function report(tells: boolean, cover: CertificateCover | null = null) {
  const told: [string, EventDetail][] = [];
  return { told, report: new ListenerReport(tells, cover, (event, detail) => told.push([event, detail])) };
}

describe('ListenerReport', () => {
  test('tells of every way to a broker, and where it led before', () => {
    const { told, report: listeners } = report(true);
    listeners.started(address, [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ]);
    listeners.opened(binding, null);
    listeners.opened({ ...binding, endpointType: 2 }, 19_094);
    listeners.moved(binding, { host: 'old.internal', port: 9092 });
    listeners.moved(binding, null);
    listeners.failed({ endpointType: 1, nodeId: 4, host: 'four.internal', port: 9092 }, 'No port is free.');
    expect(told).toEqual([
      ['listener-opened', { ...address, nodeId: null, upstream: 'a:1,b:2' }],
      ['listener-opened', bound],
      ['listener-opened', { ...bound, controller: true, wantedPort: 19_094 }],
      ['listener-repointed', { ...bound, before: 'old.internal:9092' }],
      ['listener-repointed', { ...bound, before: null }],
      ['listener-failed', { nodeId: 4, upstream: 'four.internal:9092', message: 'No port is free.' }],
    ]);
  });

  test('where another proxy tells of the same listeners, only what concerns this one is told', () => {
    const { told, report: listeners } = report(false);
    listeners.started(address, []);
    listeners.opened(binding, null);
    listeners.moved(binding, null);
    listeners.misled(binding, 0);
    expect(told).toEqual([]);
    listeners.misled(binding, 1);
    listeners.misled(binding, 2);
    expect(told.map(([event, { connections }]) => [event, connections])).toEqual([
      ['connections-misled', 1],
      ['connections-misled', 2],
    ]);
    expect(told[0]?.[1].message).toContain('three.internal:9092 is broker 3 now; 1 connection is at another broker');
  });

  test('a certificate that lacks a name is told of with the listener', () => {
    const pattern = new AdvertisePattern('b{nodeId}.kafka.local');
    const { cert } = makeLeaf(makeAuthority(Date.now()), ['b1.kafka.local'], Date.now());
    const { told, report: listeners } = report(true, new CertificateCover(cert, pattern));
    listeners.started(address, []);
    listeners.opened({ ...binding, nodeId: 1, advertisedHost: 'b1.kafka.local' }, null);
    listeners.opened({ ...binding, advertisedHost: 'b3.kafka.local' }, null);
    const warnings = told.filter(([event]) => event === 'certificate-names');
    expect(warnings.map(([, { message }]) => String(message).includes('b3.kafka.local'))).toEqual([true]);
  });
});
