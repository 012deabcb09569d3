import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../../src/capture/limits.ts';
import { KeyLog } from '../../../src/capture/tls/key-log.ts';
import { recordType } from '../../../src/capture/tls/record-stream.ts';
import { TlsDirection } from '../../../src/capture/tls/tls-direction.ts';
import { TlsHandshake } from '../../../src/capture/tls/tls-handshake.ts';
import type { TlsProblem } from '../../../src/capture/tls/tls-problem.ts';
import { type RecordedConversation, talkTls } from './tls-conversation.ts';

function setUp(keyLogText: string) {
  const keyLog = new KeyLog(captureLimits.tlsSessionsMax, new LimitCounter());
  keyLog.add(keyLogText);
  const directions = [new TlsDirection(), new TlsDirection()] as const;
  const problems: TlsProblem[] = [];
  const handshake = new TlsHandshake(keyLog, directions, (problem) => problems.push(problem));
  return { handshake, directions, problems };
}

/** Tells the first `count` handshake messages that travel in the clear. */
function tellClear(handshake: TlsHandshake, wire: RecordedConversation['wire'], count = 2): void {
  const readers = [new TlsDirection(), new TlsDirection()] as const;
  let told = 0;
  for (const { side, bytes } of wire) {
    const reader = readers[side];
    reader.records.receive(bytes, 0, (record) => {
      if (record.header[0] !== recordType.handshake || reader.sealed) return true;
      for (const message of reader.handshake.take(record.body)) {
        told += 1;
        if (told <= count) handshake.message(side, message);
      }
      return true;
    });
  }
}

const tls13 = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', certificate: 'ecdsa' } as const;
const tls12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', certificate: 'rsa', alpn: 'kafka' } as const;

describe('TlsHandshake', () => {
  it('says what the client offers until the server agrees, and what was agreed then', async () => {
    const { wire, keyLog } = await talkTls(tls12, []);
    const { handshake } = setUp(keyLog);
    expect([handshake.said.version, handshake.mayHello(0), handshake.mayHello(1)]).toEqual([null, true, true]);
    tellClear(handshake, wire, 1);
    expect(handshake.said).toMatchObject({
      sni: 'broker-1.unit.test',
      version: 'TLSv1.2',
      cipher: null,
      alpn: 'kafka',
    });
    expect([handshake.clientSide, handshake.complete, handshake.facts]).toEqual([0, false, null]);
    expect([handshake.mayHello(0), handshake.mayHello(1)]).toEqual([false, true]);
    tellClear(handshake, wire);
    expect(handshake.complete).toBe(true);
    expect(handshake.facts).toMatchObject({ version: 'TLSv1.2', sni: 'broker-1.unit.test' });
    expect(handshake.said).toMatchObject({ version: 'TLSv1.2', alpn: 'kafka', cipher: handshake.facts?.cipher });
  });

  it('puts the keys of TLS 1.3 in force with the hellos, and the next ones behind Finished', async () => {
    const { wire, keyLog } = await talkTls(tls13, []);
    const { handshake, directions, problems } = setUp(keyLog);
    tellClear(handshake, wire);
    expect([handshake.isTls13, problems]).toEqual([true, []]);
    for (const { cipher, following } of directions)
      expect([cipher === null, following === null]).toEqual([false, false]);
    const next = directions[1].following?.cipher ?? null;
    handshake.message(1, { type: 20, body: new Uint8Array(32) });
    expect([directions[1].cipher, directions[1].following]).toEqual([next, null]);
    // A KeyUpdate makes keys of its own from those in force.
    handshake.message(1, { type: 24, body: Uint8Array.of(0) });
    expect(directions[1].cipher).not.toBe(next);
    expect(directions[0].following).not.toBeNull();
  });

  it('puts those of TLS 1.2 in force where a side changes its cipher', async () => {
    const { wire, keyLog } = await talkTls(tls12, []);
    const { handshake, directions, problems } = setUp(keyLog);
    tellClear(handshake, wire);
    expect(directions.map(({ cipher }) => cipher)).toEqual([null, null]);
    handshake.changeCipher(1);
    expect(directions.map(({ cipher, sealed }) => [cipher === null, sealed])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(problems).toEqual([]);
  });

  it.each([tls12, tls13])('without a secret says so, and goes on taking down what is said: %o', async (options) => {
    const { wire } = await talkTls(options, []);
    const { handshake, directions, problems } = setUp('');
    tellClear(handshake, wire);
    expect(problems).toEqual([{ kind: 'no-secret' }]);
    expect(handshake.facts?.version).toBe(options.maxVersion);
    expect(directions.map(({ cipher }) => cipher)).toEqual([null, null]);
  });

  it('that was stopped looks for no keys', async () => {
    const { wire, keyLog } = await talkTls(tls13, []);
    const { handshake, directions, problems } = setUp(keyLog);
    handshake.stop();
    tellClear(handshake, wire);
    expect([handshake.complete, problems, directions[0].cipher]).toEqual([true, [], null]);
  });
});
