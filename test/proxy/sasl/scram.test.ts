import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ScramMechanism, type ScramOptions, scramDigest, scramIterationsMax } from '../../../src/proxy/sasl/scram.ts';

/** The example of RFC 7677 §3: user `user`, password `pencil`. */
const rfc7677: ScramOptions = {
  name: 'SCRAM-SHA-256',
  username: 'user',
  password: 'pencil',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  delegationToken: false,
};
const serverNonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const serverFirst = `r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const serverFinal = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const text = (token: Uint8Array) => Buffer.from(token).toString();

/** Plays the client's end against given messages of a server; the last step that came of it. */
function play(options: ScramOptions, ...messages: string[]) {
  const scram = new ScramMechanism(options);
  let step = scram.answered(Buffer.from(messages[0] ?? ''));
  if (step.kind === 'derive') {
    const { digest, bytes } = scramDigest(options.name);
    step = scram.derived(pbkdf2Sync(options.password, step.salt, step.iterations, bytes, digest));
    for (const message of messages.slice(1)) step = scram.answered(Buffer.from(message));
  }
  return step;
}

describe('SCRAM', () => {
  test('the example of RFC 7677 comes out byte for byte', () => {
    expect(text(new ScramMechanism(rfc7677).first())).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    const final = play(rfc7677, serverFirst);
    expect(final.kind === 'send' && text(final.token)).toBe(
      `c=biws,r=${serverNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    );
    expect(play(rfc7677, serverFirst, serverFinal)).toEqual({ kind: 'done' });
  });

  test('SCRAM-SHA-512 has keys of 64 bytes', () => {
    const final = play({ ...rfc7677, name: 'SCRAM-SHA-512' }, serverFirst);
    const proof = final.kind === 'send' ? (text(final.token).split(',p=')[1] ?? '') : '';
    expect(Buffer.from(proof, 'base64').length).toBe(64);
  });

  test('names are escaped and not prepared; a delegation token says so', () => {
    const options = { ...rfc7677, username: 'a,b=c\u00AA', delegationToken: true };
    expect(text(new ScramMechanism(options).first())).toBe(
      'n,,n=a=2Cb=3Dc\u00AA,r=rOprNGfwEbeRWgbNEkqO,tokenauth=true',
    );
  });

  test.each([
    ['a nonce that is not ours', serverFirst.replace('rOpr', 'xOpr'), 'nonce'],
    ['our nonce alone', 'r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096', 'nonce'],
    ['too few iterations', serverFirst.replace('4096', '4095'), '4095 iterations'],
    ['too many iterations', serverFirst.replace('4096', String(scramIterationsMax + 1)), 'iterations'],
    ['iterations that are no number', serverFirst.replace('4096', '4e3'), 'of the form'],
    ['no salt', serverFirst.replace(/s=[^,]*/, 's='), 'of the form'],
    ['nothing', '', 'of the form'],
    ['an error', 'e=unknown-user', 'unknown-user'],
    ['a mandatory extension', `m=x,${serverFirst}`, 'extension'],
    ['endless bytes', 'x'.repeat(20_000), '20000 bytes'],
  ])('a challenge with %s is refused', (_case, challenge, word) => {
    const step = play(rfc7677, challenge);
    expect(step.kind === 'refused' && step.detail).toContain(word);
  });

  test.each([
    ['a wrong signature', serverFinal.replace('6rri', '7rri'), 'signature is wrong'],
    ['a short one', 'v=AAAA', 'signature is wrong'],
    ['none', '', 'signature is wrong'],
    ['an error', 'e=invalid-proof', 'invalid-proof'],
  ])('%s at the end is refused', (_case, message, word) => {
    const step = play(rfc7677, serverFirst, message);
    expect(step.kind === 'refused' && step.detail).toContain(word);
  });
});
