import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../../src/capture/limits.ts';
import { KeyLog } from '../../../src/capture/tls/key-log.ts';
import { TlsBudget } from '../../../src/capture/tls/tls-budget.ts';
import { TlsTap } from '../../../src/capture/tls/tls-tap.ts';
import type { UnreadTls } from '../../../src/capture/types.ts';
import { talkTls } from './tls-conversation.ts';

/** A tap whose host and listener write down what they are told. */
function setUp(keyLogText = '', { startKnown = true, heldBytesMax = captureLimits.tlsHeldBytesMax } = {}) {
  const told: string[] = [];
  const unread: UnreadTls[] = [];
  const keyLog = new KeyLog(captureLimits.tlsSessionsMax, new LimitCounter());
  keyLog.add(keyLogText);
  const tap = new TlsTap(
    {
      keyLog,
      budget: new TlsBudget(heldBytesMax, new LimitCounter()),
      listener: {
        opened: () => ({
          data: (side, bytes) => told.push(`${side} ${Buffer.from(bytes).toString('latin1')}`),
          gap: (side, missingBytes) => told.push(`${side} gap ${missingBytes}`),
          unreadable: () => told.push('unreadable'),
          ended: (side) => told.push(`${side} ended`),
          closed: () => told.push('closed'),
        }),
      },
      began: () => told.push('began'),
      decrypted: () => told.push('decrypted'),
      remember: (server) => told.push(`server ${server}`),
      tellUnread: (facts) => unread.push(facts),
    },
    {
      addresses: ['10.0.0.1:40000', '10.0.0.2:9093'],
      initiator: startKnown ? 0 : null,
      startKnown: () => startKnown,
    },
    0,
  );
  return { tap, told, unread };
}

describe('TlsTap', () => {
  it('lets through what is no TLS as it comes', () => {
    const { tap, told } = setUp();
    tap.data(0, Buffer.from('plain'), 1);
    tap.gap(1, 7, 2);
    tap.closed(3, 'fin');
    expect(told).toEqual(['0 plain', '1 gap 7', 'closed']);
  });

  it('holds a hello until the other side answers it, then tells the plaintext', async () => {
    const { wire, keyLog } = await talkTls({ certificate: 'ecdsa' }, [
      [Buffer.from('question'), Buffer.from('answer')],
    ]);
    const { tap, told, unread } = setUp(keyLog);
    tap.data(0, wire[0]?.bytes ?? new Uint8Array(0), 0);
    expect(told).toEqual([]);
    for (const { side, bytes } of wire.slice(1)) tap.data(side, bytes, 1);
    tap.closed(2, 'fin');
    expect(told).toEqual(['began', 'server 10.0.0.2:9093', 'decrypted', '0 question', '1 answer', 'closed']);
    expect([unread, tap.initiator, tap.tls?.sni]).toEqual([[], 0, 'broker-1.unit.test']);
  });

  it('gives a hello back that nobody answers in TLS', async () => {
    const { wire } = await talkTls({ certificate: 'ecdsa' }, []);
    const hello = wire[0]?.bytes ?? new Uint8Array(0);
    const { tap, told } = setUp();
    tap.data(0, hello, 1);
    tap.data(1, Buffer.from('no TLS here'), 2);
    expect(told).toEqual([`0 ${Buffer.from(hello).toString('latin1')}`, '1 no TLS here']);
  });

  it('tells a connection that cannot be read at its end, with what its hellos say', async () => {
    const { wire } = await talkTls({ certificate: 'ecdsa' }, [[Buffer.from('question'), Buffer.from('answer')]]);
    const { tap, told, unread } = setUp();
    for (const { side, bytes } of wire) tap.data(side, bytes, 1);
    expect(unread).toEqual([]);
    tap.closed(9, 'fin');
    expect(told.filter((line) => line !== 'unreadable')).toEqual(['began', 'server 10.0.0.2:9093', 'closed']);
    expect(unread).toMatchObject([
      { client: '10.0.0.1:40000', server: '10.0.0.2:9093', sni: 'broker-1.unit.test', durationUs: 9 },
    ]);
  });

  it('knows a record without its handshake, and that it came too late', () => {
    const { tap, unread } = setUp('', { startKnown: false });
    // An application data record of TLS 1.2 or later: type 23, version 3.3, 4 bytes.
    tap.data(0, Buffer.from('1703030004aabbccdd', 'hex'), 1);
    tap.closed(2, 'fin');
    // Nobody saw who connected: the lower port is the server's.
    expect(unread).toMatchObject([{ server: '10.0.0.2:9093', sni: null, version: null, bytes: 9 }]);
  });

  it('lets go of what it holds where all together hold too much', async () => {
    const { wire, keyLog } = await talkTls({ certificate: 'ecdsa' }, []);
    const { tap, unread } = setUp(keyLog, { heldBytesMax: 10 });
    for (const { side, bytes } of wire) tap.data(side, bytes, 1);
    tap.closed(2, 'fin');
    expect(unread).toHaveLength(1);
  });
});
