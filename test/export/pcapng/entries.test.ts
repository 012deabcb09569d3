import { expect, it } from 'vitest';
import { closingOf, messageOf, openingOf } from '../../../src/export/pcapng/entries.ts';
import { connectionFixture, exchangeFixture, messageFixture } from '../../support/exchange-fixture.ts';

const closed = (reason: string) =>
  ({ kind: 'event', atUs: 9, event: 'connection-closed', connection: 4, detail: { reason } }) as const;

it('opens a connection with what is known of it', () => {
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', sni: 'b1.prod' };
  expect(openingOf(connectionFixture({ id: 4, nodeId: 2, tls }))).toEqual({
    kind: 'opened',
    connection: 4,
    nodeId: 2,
    atUs: 1_000_000,
    client: '127.0.0.1:50000',
    broker: '127.0.0.1:9092',
    comment: 'broker 2; decrypted: the client spoke TLSv1.3 TLS_AES_128_GCM_SHA256, sni b1.prod',
  });
  expect(openingOf(connectionFixture({ nodeId: null })).comment).toBeNull();
});

it('closes one as it ended: orderly, by a reset, by us, or not at all', () => {
  expect(closingOf(closed('fin'))).toEqual({ kind: 'closed', connection: 4, atUs: 9, reset: null, comment: null });
  expect(closingOf(closed('broker-reset'))).toMatchObject({ reset: 'broker', comment: 'closed: broker-reset' });
  expect(closingOf(closed('client-reset'))).toMatchObject({ reset: 'client' });
  expect(closingOf(closed('reset'))).toMatchObject({ reset: 'client' });
  expect(closingOf(closed('stall-timeout'))).toMatchObject({ reset: null, comment: 'closed: stall-timeout' });
  for (const unseen of ['capture-ended', 'forgotten', 'port-reused']) expect(closingOf(closed(unseen))).toBeNull();
});

it('takes both sides of an exchange, with bytes of its own', () => {
  const response = { ...messageFixture(30, 4), lastByteUs: 35, sizeBytes: 9 };
  const exchange = exchangeFixture(1, { response, status: 'answered' });
  const entry = messageOf(exchange, 'response', (bytes) => bytes.slice());
  expect(entry).toMatchObject({ from: 'broker', atUs: 30, lastByteUs: 35, sizeBytes: 9, opaque: false });
  expect(entry?.bytes).not.toBe(response.bytes);
  expect(messageOf(exchange, 'request', (bytes) => bytes)).toMatchObject({ from: 'client', comment: null });
  expect(messageOf(exchangeFixture(2), 'response', (bytes) => bytes)).toBeNull();
});
