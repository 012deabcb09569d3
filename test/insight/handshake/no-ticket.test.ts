import { describe, expect, it } from 'vitest';
import { HandshakeDoctor } from '../../../src/insight/handshake/handshake-doctor.ts';
import { loginsWaitingMax } from '../../../src/insight/handshake/no-ticket.ts';
import type { EngineInput } from '../../../src/wire/segment.ts';
import { Conversation } from '../../support/conversation.ts';
import { endedBy, findingsOf, sentenceOf, wordsOf } from '../../support/diagnose.ts';
import { firstGssToken } from '../../support/gss-tokens.ts';

/** A client that agrees on a mechanism and, unless it brings a token, leaves. */
function login(id: number, mechanism = 'GSSAPI', by: 'client' | 'broker' = 'client', token = false): EngineInput[] {
  const talk = new Conversation(id)
    .request(18, 3, 1, { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.3.1' })
    .response(18, 3, 1, { errorCode: 0, apiKeys: [], throttleTimeMs: 0 })
    .request(17, 1, 2, { mechanism })
    .response(17, 1, 2, { errorCode: 0, mechanisms: [mechanism] });
  if (token) talk.request(36, 1, 3, { authBytes: firstGssToken('EXAMPLE.ORG', ['kafka', 'b1']) });
  return [...talk.inputs, ...endedBy(by, id)];
}

describe('NoTicket', () => {
  it('speaks when clients of a host leave twice without a token, and counts on', () => {
    const doctor = new HandshakeDoctor();
    expect(findingsOf(login(1), doctor)).toEqual([]);
    const told = findingsOf(login(2), doctor);
    expect(wordsOf(told)).toEqual(['kerberos-no-ticket']);
    expect(sentenceOf(told)).toMatch(/127\.0\.0\.1 agrees on GSSAPI .* 2 times .* kafka\/HOST .* --advertise/);
    for (let id = 3; id < 10; id += 1) findingsOf(login(id), doctor);
    expect(doctor.findings.list().map(({ finding, count }) => [finding, count])).toEqual([['kerberos-no-ticket', 8]]);
  });

  it('says nothing of a client that was ended once, then came with a ticket', () => {
    const doctor = new HandshakeDoctor();
    const turns = [login(1), login(2, 'GSSAPI', 'client', true), login(3)].map((inputs) => findingsOf(inputs, doctor));
    expect(turns.flat()).toEqual([]);
  });

  it('leaves other mechanisms, and brokers that end the connection, to others', () => {
    const doctor = new HandshakeDoctor();
    const turns = [
      ...[login(1, 'PLAIN'), login(2, 'PLAIN')],
      ...[login(3, 'GSSAPI', 'broker'), login(4, 'GSSAPI', 'broker')],
    ].map((inputs) => findingsOf(inputs, doctor));
    expect(wordsOf(turns.flat())).not.toContain('kerberos-no-ticket');
  });

  it('forgets hosts beyond its limit, and stays silent of those', () => {
    const doctor = new HandshakeDoctor();
    const from = (id: number, host: string): EngineInput[] =>
      login(id).map((input) => (input.kind === 'opened' ? { ...input, client: `${host}:50000` } : input));
    for (let id = 1; id <= 1_030; id += 1) findingsOf(from(id, `10.0.${id >> 8}.${id & 0xff}`), doctor);
    expect(findingsOf(from(2_000, '10.0.0.1'), doctor)).toEqual([]);
    expect(wordsOf(findingsOf(from(2_001, '10.0.4.6'), doctor))).toEqual(['kerberos-no-ticket']);
  });

  it('watches so many logins at once, and says when there are more', () => {
    const doctor = new HandshakeDoctor();
    for (let id = 1; id <= loginsWaitingMax + 3; id += 1) {
      // Without their end, which is the last input.
      findingsOf(login(id).slice(0, -1), doctor);
    }
    expect(doctor.limits.counts()).toMatchObject({ loginsWaitingMax: 3 });
  });
});
