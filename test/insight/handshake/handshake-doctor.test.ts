import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { findingsMax } from '../../../src/insight/findings.ts';
import {
  brokersRememberedMax,
  HandshakeDoctor,
  openingsWatchedMax,
} from '../../../src/insight/handshake/handshake-doctor.ts';
import { Conversation } from '../../support/conversation.ts';
import { endedBy, findingsOf, textBytes } from '../../support/diagnose.ts';
import { connectionFixture, exchangeFixture } from '../../support/exchange-fixture.ts';

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

  it('counts what it has no room for', () => {
    const opened = (connection: number, client = '10.0.0.1:1'): TrafficEvent => ({
      kind: 'event',
      atUs: 1,
      event: 'connection-opened',
      connection,
      detail: { client, broker: 'b:1', nodeId: null, midstream: false },
    });
    const doctor = new HandshakeDoctor();
    for (let connection = 0; connection < openingsWatchedMax + 3; connection += 1) doctor.take(opened(connection));
    expect(doctor.limits.counts()).toMatchObject({ openingsWatchedMax: 3 });
    const another = new HandshakeDoctor();
    for (let seq = 0; seq < brokersRememberedMax + 2; seq += 1) {
      const connection = connectionFixture({ id: seq, broker: `b:${seq}` });
      another.take({
        kind: 'completed',
        exchange: exchangeFixture(seq, { apiKey: 36, status: 'answered', connection }),
      });
    }
    expect(another.limits.counts()).toEqual({ brokersRememberedMax: 2 });
    const scanned = new HandshakeDoctor();
    for (let connection = 1; connection <= findingsMax + 3; connection += 1) {
      const talk = new Conversation(connection).raw('client', textBytes('GET / HTTP/1.1'));
      const inputs = talk.inputs.map((input) =>
        input.kind === 'opened' ? { ...input, client: `10.0.${connection}:1` } : input,
      );
      findingsOf([...inputs, ...endedBy('client', connection)], scanned);
    }
    expect(scanned.limits.counts()).toMatchObject({ findingsMax: 3 });
  });
});
