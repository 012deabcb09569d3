import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { RoundTripSteps } from '../../src/capture/round-trip-steps.ts';
import { TcpConnection } from '../../src/capture/tcp-connection.ts';
import type { TcpSide } from '../../src/capture/types.ts';

function connection(initiator: TcpSide | null) {
  const said: string[] = [];
  const totals = {
    bufferedBytes: 0,
    gaps: 0,
    missingBytes: 0,
    repeatedBytes: 0,
    lateSegments: 0,
    roundTrips: new RoundTripSteps(),
  };
  const subject = new TcpConnection(['a:1', 'b:2'], initiator, 5, {
    limits: captureLimits,
    counter: new LimitCounter(),
    totals,
  });
  subject.attach({
    data: (side, bytes) => said.push(`${side} ${Buffer.from(bytes)}`),
    gap: (side, missingBytes) => said.push(`${side} gap ${missingBytes}`),
    ended: (side) => said.push(`${side} ended`),
    closed: (atUs, reason) => said.push(`closed ${reason} ${atUs}`),
  });
  return { subject, said };
}

describe('TcpConnection', () => {
  it('tells a repeated SYN from one of another connection', () => {
    const { subject } = connection(0);
    expect(subject.synchronize(0, 100)).toBe(true);
    expect(subject.synchronize(0, 100)).toBe(true);
    expect(subject.synchronize(0, 101)).toBe(false);
    expect(subject.startKnown(0)).toBe(true);
    expect(subject.startKnown(1)).toBe(false);
  });

  it('does not take a SYN for one of a connection joined in its middle', () => {
    const { subject } = connection(null);
    subject.streams[0].begin(500, false);
    expect(subject.synchronize(0, 900)).toBe(false);
  });

  it('lets the first acknowledgment stand for a SYN+ACK that was missed, and only the first', () => {
    const first = connection(0).subject;
    first.synchronize(0, 100);
    first.acknowledged(0, 101, 7_000, false, 1);
    expect(first.startKnown(1)).toBe(true);
    const later = connection(0).subject;
    later.synchronize(0, 100);
    later.acknowledged(0, 150, 7_000, false, 1);
    expect(later.streams[1].known).toBe(false);
  });

  it('tells what it holds before it closes, and closes once', () => {
    const { subject, said } = connection(0);
    subject.synchronize(0, 0);
    subject.streams[0].receive(4, Buffer.from('late'), 4, 1);
    subject.close(9, 'reset');
    subject.close(10, 'fin');
    expect(said).toEqual(['0 gap 3', '0 late', 'closed reset 9']);
  });
});
