import { describe, expect, it } from 'vitest';
import { captureLimits } from '../../src/capture/limits.ts';
import { heldCost, TrafficTrack } from '../../src/capture/traffic-track.ts';
import type { TcpConnectionFacts, TcpSide } from '../../src/capture/types.ts';

function track(initiator: TcpSide | null, addresses: readonly [string, string] = ['10.0.0.1:40000', '10.0.0.2:9092']) {
  const facts: TcpConnectionFacts = { addresses, initiator, startKnown: () => initiator !== null };
  return new TrafficTrack(facts, []);
}

describe('TrafficTrack', () => {
  it('takes the side that did not connect for the broker', () => {
    expect(track(0)).toMatchObject({ broker: 1, midstream: false });
    expect(track(1)).toMatchObject({ broker: 0, midstream: false });
    expect([track(0).sideOf(0), track(0).sideOf(1)]).toEqual(['client', 'broker']);
    expect(track(1).serverAddress()).toBe('10.0.0.1:40000');
  });

  it('leaves the direction open when nobody was seen connecting, and names the lower port', () => {
    const open = track(null, ['[::1]:50000', '[::1]:22']);
    expect([open.broker, open.midstream, open.sideOf(0)]).toEqual([null, true, null]);
    expect(open.serverAddress()).toBe('[::1]:22');
  });

  it('names a connection by the first payload that says something', () => {
    const subject = track(0);
    for (const text of ['ab', 'SSH-2.0', 'GET / HTTP/1.1']) subject.sawPayload(Buffer.from(text));
    expect([subject.looksLike, subject.payloadBytes]).toEqual(['ssh', 23]);
  });

  it('is foreign once a probe says so', () => {
    const subject = track(0);
    subject.startProbing(captureLimits);
    expect(subject.foreign).toBe(false);
    subject.probes[0]?.receive(Buffer.from('GET / HTTP'));
    expect(subject.foreign).toBe(true);
    subject.stopProbing();
    expect(subject.foreign).toBe(false);
  });

  it('counts what holding costs, also of what has no bytes', () => {
    const shared = { order: 1, track: track(0), side: 0 as const, atUs: 0, missingBytes: null, reason: '' };
    const empty = heldCost({ ...shared, kind: 'ended', bytes: null });
    expect(empty).toBeGreaterThan(0);
    expect(heldCost({ ...shared, kind: 'data', bytes: new Uint8Array(50) })).toBe(empty + 50);
  });
});
