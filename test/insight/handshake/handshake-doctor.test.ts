import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { HandshakeDoctor } from '../../../src/insight/handshake/handshake-doctor.ts';
import { Conversation } from '../../support/conversation.ts';
import { endedBy, findingsOf, textBytes } from '../../support/diagnose.ts';

describe('HandshakeDoctor', () => {
  it('tells the same thing at the first, second, fourth … time', () => {
    const doctor = new HandshakeDoctor();
    const told: TrafficEvent[] = [];
    for (let connection = 1; connection <= 9; connection += 1) {
      const talk = new Conversation(connection).raw('client', textBytes('GET / HTTP/1.1'));
      told.push(...findingsOf([...talk.inputs, ...endedBy('client', connection)], doctor));
    }
    expect(told.map(({ detail }) => detail.count)).toEqual([1, 2, 4, 8]);
    expect(doctor.findings.list()).toMatchObject([{ finding: 'http-to-kafka-port', count: 9 }]);
  });
});
