import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saslUser } from '../../src/payloads/sasl.ts';
import { lastGssToken } from '../support/gss-tokens.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('saslUser', () => {
  it('marks a name that it cuts', () => {
    expect(saslUser('PLAIN', bytes(`\0${'a'.repeat(257)}\0secret`))).toBe(`${'a'.repeat(255)}…`);
    expect(saslUser('PLAIN', bytes(`\0${'a'.repeat(256)}\0secret`))).toBe('a'.repeat(256));
  });

  it('reads who logs in, by mechanism', () => {
    expect(saslUser('PLAIN', bytes('\0alice\0alice-secret'))).toBe('alice');
    expect(saslUser('PLAIN', bytes('admin\0alice\0secret'))).toBe('alice');
    expect(saslUser('SCRAM-SHA-512', bytes('n,,n=a=2Cb=3Dc,r=fyko+d2lbbFgONRv9qkxdawL'))).toBe('a,b=c');
    const claims = Buffer.from(JSON.stringify({ sub: 'svc-orders', exp: 1 })).toString('base64url');
    expect(saslUser('OAUTHBEARER', bytes(`n,,\x01auth=Bearer eyJhbGciOiJub25lIn0.${claims}.sig\x01\x01`))).toBe(
      'svc-orders',
    );
    expect(saslUser('GSSAPI', lastGssToken('alice@EXAMPLE.ORG'))).toBe('alice@EXAMPLE.ORG');
  });

  it('answers null for later rounds, other mechanisms and damaged tokens', () => {
    expect(saslUser('SCRAM-SHA-256', bytes('c=biws,r=abc,p=cHJvb2Y='))).toBeNull();
    expect(saslUser('GSSAPI', bytes('\x60\x82'))).toBeNull();
    expect(saslUser('OAUTHBEARER', bytes('n,,\x01auth=Bearer a.!!!.c\x01\x01'))).toBeNull();
  });

  it('never throws and never returns the password of a PLAIN token', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('PLAIN', 'SCRAM-SHA-256', 'OAUTHBEARER', 'GSSAPI', 'X'),
        fc.uint8Array(),
        (mechanism, token) => {
          const user = saslUser(mechanism, token);
          expect(user === null || typeof user === 'string').toBe(true);
        },
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[A-Z0-9]{8,20}$/), (user, password) => {
        expect(saslUser('PLAIN', bytes(`\0${user}\0${password}`))).toBe(user);
      }),
    );
  });
});
