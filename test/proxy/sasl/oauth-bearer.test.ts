import { describe, expect, test } from 'vitest';
import { OauthBearerMechanism } from '../../../src/proxy/sasl/oauth-bearer.ts';

const text = (token: Uint8Array) => Buffer.from(token).toString();

describe('OAUTHBEARER', () => {
  test('sends the token as RFC 7628 has it and takes nothing for a yes', () => {
    const mechanism = new OauthBearerMechanism('a.b.c');
    expect(text(mechanism.first())).toBe('n,,\x01auth=Bearer a.b.c\x01\x01');
    expect(mechanism.answered(new Uint8Array(0))).toEqual({ kind: 'done' });
    expect(mechanism.derived().kind).toBe('refused');
  });

  test('says 0x01 to a refusal, whose status is the reason', () => {
    const mechanism = new OauthBearerMechanism('a.b.c');
    expect(mechanism.answered(Buffer.from('{"status":"invalid_token"}'))).toEqual({
      kind: 'send',
      token: Uint8Array.of(1),
    });
    expect(mechanism.answered(new Uint8Array(0))).toEqual({ kind: 'refused', detail: 'invalid_token' });
  });

  test.each(['no JSON', '{"other":1}', '[]', `"${'x'.repeat(9999)}`])(
    'a refusal that is %s is shown as it is',
    (answer) => {
      const mechanism = new OauthBearerMechanism('a.b.c');
      mechanism.answered(Buffer.from(answer));
      expect(mechanism.answered(new Uint8Array(0))).toEqual({ kind: 'refused', detail: answer.slice(0, 300) });
    },
  );
});
