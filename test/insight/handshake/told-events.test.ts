import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { HandshakeDoctor } from '../../../src/insight/handshake/handshake-doctor.ts';

describe('toldEvents', () => {
  it('keeps what an event says by itself, without telling it twice', () => {
    const doctor = new HandshakeDoctor();
    const event = (name: string, detail: TrafficEvent['detail']): TrafficEvent => ({
      kind: 'event',
      atUs: 5,
      event: name,
      connection: null,
      detail,
    });
    const refused = { reason: 'certificate-refused', client: '10.1.1.1:5', message: 'Not ours.' };
    expect(doctor.take(event('tls-failed', refused))).toBeNull();
    expect(
      doctor.take(event('addresses-not-rewritten', { api: 'Fetch', apiKey: 1, apiVersion: 99, detail: 'no layout' })),
    ).toBeNull();
    expect(doctor.findings.list().map(({ finding }) => finding)).toEqual([
      'tls-certificate-refused',
      'address-bypasses-proxy',
    ]);
  });
});
