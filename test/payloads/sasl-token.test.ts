import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mechanismName } from '../../src/payloads/sasl-token.ts';
import { firstGssToken, lastGssToken } from '../support/gss-tokens.ts';
import { expectRobust, find, place, treeOf, utf8, wordsOf } from './payload-checks.ts';

const secret = 'CANARYc2VjcmV0';

function token(text: string, mechanism: string | null) {
  return treeOf(utf8(text), place('SaslAuthenticateRequest', 'authBytes', { [mechanismName]: mechanism }));
}

function fields(text: string, mechanism: string): [string, unknown, string | null][] {
  return token(text, mechanism).spans.map((span) => [span.name, span.value, span.note]);
}

const jwt = (claims: object): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${secret}`;

describe('saslToken', () => {
  it('shows who logs in with PLAIN, and never the password', () => {
    expect(fields(`\0alice\0${secret}`, 'PLAIN')).toEqual([
      ['authzid', '', null],
      ['user', 'alice', null],
      ['password', undefined, 'redacted'],
    ]);
    expect(fields(`alice:${secret}`, 'PLAIN')).toEqual([['token', undefined, 'redacted']]);
  });

  it('takes SCRAM apart, but for what allows guessing', () => {
    expect(fields('n,,n=a=2Cb,r=nonce', 'SCRAM-SHA-256')).toEqual([
      ['gs2', 'n', null],
      ['gs2', '', null],
      ['user', 'a,b', null],
      ['nonce', 'nonce', null],
    ]);
    expect(fields(`r=nonce,s=${secret},i=4096`, 'SCRAM-SHA-512')).toEqual([
      ['nonce', 'nonce', null],
      ['salt', undefined, 'redacted'],
      ['iterations', '4096', null],
    ]);
    expect(fields(`c=biws,r=nonce,p=${secret}`, 'SCRAM-SHA-512').at(-1)).toEqual(['proof', undefined, 'redacted']);
    expect(fields(`v=${secret}`, 'SCRAM-SHA-512')).toEqual([['serverSignature', undefined, 'redacted']]);
    expect(fields('e=invalid-proof', 'SCRAM-SHA-512')).toEqual([['error', 'invalid-proof', null]]);
  });

  it('tells of GSSAPI whose ticket it is and who logs in, and nothing else', () => {
    const where = place('SaslAuthenticateRequest', 'authBytes', { [mechanismName]: 'GSSAPI' });
    const notes = [firstGssToken('EXAMPLE.ORG', ['kafka', 'b1']), lastGssToken('alice@EXAMPLE.ORG'), utf8(secret)].map(
      (bytes) => treeOf(bytes, where).spans.map((span) => [span.name, span.value, span.note]),
    );
    expect(notes).toEqual([
      [['token', undefined, 'redacted; ticket for kafka/b1@EXAMPLE.ORG']],
      [['token', undefined, 'redacted; user alice@EXAMPLE.ORG']],
      [['token', undefined, 'redacted']],
    ]);
  });

  it('shows the claims of a bearer token that say who, and not the token', () => {
    const text = `n,a=zid,\x01auth=Bearer ${jwt({ sub: 'svc', exp: 5, apiKey: secret })}\x01logicalCluster=lkc\x01x=${secret}\x01\x01`;
    const tree = token(text, 'OAUTHBEARER');
    expect(find(tree.spans, 'token')?.note).toBe('redacted; claims sub=svc exp=5');
    expect(find(tree.spans, 'logicalCluster')?.value).toBe('lkc');
    expect(find(tree.spans, 'extension')?.note).toBe('redacted');
    expect(wordsOf(tree)).not.toContain(secret);
    expect(fields('{"status":"invalid_token"}', 'OAUTHBEARER')).toEqual([
      ['failure', '{"status":"invalid_token"}', null],
    ]);
  });

  it('shows nothing of tickets and of mechanisms nobody knows, and names of a signed request', () => {
    expect(fields(secret, 'GSSAPI')).toEqual([['token', undefined, 'redacted']]);
    expect(token(secret, null).note).toContain('of an unknown mechanism');
    const iam = token(
      JSON.stringify({ version: '2020_10_22', host: 'b-1', 'x-amz-signature': secret, 'x-amz-security-token': secret }),
      'AWS_MSK_IAM',
    );
    expect(find(iam.spans, 'token')?.note).toBe('version=2020_10_22; host=b-1; a value, redacted; a value, redacted');
  });

  it('leaves what was redacted before alone', () => {
    expect(token('*'.repeat(20), 'PLAIN')).toMatchObject({ spans: [], note: '20 bytes, redacted' });
  });

  it('never shows the secret of a token, wherever it is cut', () => {
    const mechanisms = fc.constantFrom(
      'PLAIN',
      'SCRAM-SHA-256',
      'SCRAM-SHA-512',
      'GSSAPI',
      'AWS_MSK_IAM',
      'OAUTHBEARER',
    );
    const texts: Record<string, string> = {
      PLAIN: `zid\0alice\0${secret}`,
      'SCRAM-SHA-256': `c=biws,r=x,p=${secret}`,
      'SCRAM-SHA-512': `r=x,s=${secret},i=1`,
      GSSAPI: secret,
      AWS_MSK_IAM: `{"host":"h","x-amz-signature":"${secret}"}`,
      OAUTHBEARER: `n,,\x01auth=Bearer ${jwt({ sub: 'a' })}\x01\x01`,
    };
    fc.assert(
      fc.property(mechanisms, fc.nat(80), (mechanism, cut) => {
        expect(wordsOf(token((texts[mechanism] ?? '').slice(0, cut), mechanism))).not.toContain('CANARY');
      }),
    );
  });

  it('survives any bytes', () => {
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'OAUTHBEARER', 'AWS_MSK_IAM']) {
      const at = place('SaslToken', '', { [mechanismName]: mechanism });
      expectRobust([utf8('n,,n=u,r=x'), utf8('n,,\x01auth=Bearer a.b.c\x01\x01'), utf8('\0u\0p')], at, 80);
    }
  });
});
