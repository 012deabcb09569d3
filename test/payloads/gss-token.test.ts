import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gssAuthorizationId, gssService } from '../../src/payloads/gss-token.ts';
import { firstGssToken, lastGssToken, sealedText } from '../support/gss-tokens.ts';

const realm = 'EXAMPLE.ORG';

describe('gssService', () => {
  it('reads for which service the ticket is', () => {
    expect(gssService(firstGssToken(realm, ['kafka', 'broker1.example.org']))).toBe(
      'kafka/broker1.example.org@EXAMPLE.ORG',
    );
    expect(gssService(firstGssToken(realm, ['kafka']))).toBe('kafka@EXAMPLE.ORG');
  });

  it('answers null for other tokens, cut ones, and names that are none', () => {
    const token = firstGssToken(realm, ['kafka', 'broker1']);
    for (let end = 0; end < token.length; end += 1) expect(gssService(token.subarray(0, end))).toBeNull();
    expect(gssService(lastGssToken('alice@EXAMPLE.ORG'))).toBeNull();
    expect(gssService(firstGssToken(realm, []))).toBeNull();
    expect(gssService(firstGssToken(realm, ['kafka', '\x1b[2J']))).toBeNull();
    expect(gssService(firstGssToken('', ['kafka']))).toBeNull();
    expect(gssService(firstGssToken(realm, ['k'.repeat(300)]))).toBeNull();
  });

  it('survives any change of a byte, and never shows what is encrypted', () => {
    const token = firstGssToken(realm, ['kafka', 'broker1']);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(255), (at, byte) => {
        const changed = token.slice();
        changed[at] = byte;
        expect(gssService(changed) ?? '').not.toContain(sealedText);
      }),
    );
  });
});

describe('gssAuthorizationId', () => {
  it('reads who the last token says it is, wherever its checksum was turned to', () => {
    expect(gssAuthorizationId(lastGssToken('alice@EXAMPLE.ORG'))).toBe('alice@EXAMPLE.ORG');
    for (const rotation of [1, 12, 28, 40]) {
      expect(gssAuthorizationId(lastGssToken('alice/admin@EXAMPLE.ORG', { rotation }))).toBe('alice/admin@EXAMPLE.ORG');
    }
    expect(gssAuthorizationId(lastGssToken('jürgen@EXAMPLE.ORG', { flags: 0x00, layer: 4 }))).toBe(
      'jürgen@EXAMPLE.ORG',
    );
  });

  it('answers null where the name is left out, encrypted, from the broker, or no name', () => {
    expect(gssAuthorizationId(lastGssToken(''))).toBeNull();
    expect(gssAuthorizationId(lastGssToken('alice', { flags: 0x02 }))).toBeNull();
    expect(gssAuthorizationId(lastGssToken('alice', { flags: 0x01 }))).toBeNull();
    expect(gssAuthorizationId(lastGssToken('alice', { layer: 3 }))).toBeNull();
    expect(gssAuthorizationId(lastGssToken('al\x1bice'))).toBeNull();
    expect(gssAuthorizationId(lastGssToken('a'.repeat(300)))).toBeNull();
    expect(gssAuthorizationId(firstGssToken(realm, ['kafka', 'broker1']))).toBeNull();
    // No valid UTF-8: the first byte of the name says that another follows.
    const broken = lastGssToken('alice');
    broken[20] = 0xc3;
    expect(gssAuthorizationId(broken)).toBeNull();
  });

  it('takes any bytes, whole or cut', () => {
    const token = lastGssToken('alice');
    for (let end = 0; end < 33; end += 1) expect(gssAuthorizationId(token.subarray(0, end))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const name = gssAuthorizationId(Uint8Array.from([5, 4, 0, 0xff, ...bytes]));
        expect(name === null || name.length > 0).toBe(true);
      }),
    );
  });
});
