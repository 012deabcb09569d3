import { describe, expect, it } from 'vitest';
import { NonceWatch } from '../../src/exchange/sasl-nonce.ts';

const text = (message: string): Uint8Array => new TextEncoder().encode(message);

describe('NonceWatch', () => {
  const first = text('n,,n=alice,r=abcd');

  it('knows the client that puts its nonce before the server nonce, which begins with it', () => {
    const watch = new NonceWatch();
    expect(watch.repeats('SCRAM-SHA-256', first)).toBe(false);
    expect(watch.repeats('SCRAM-SHA-256', text('c=biws,r=abcdabcdXYZ,p=cHJvb2Y='))).toBe(true);
  });

  it('takes a right login for what it is', () => {
    const watch = new NonceWatch();
    watch.repeats('SCRAM-SHA-512', first);
    expect(watch.repeats('SCRAM-SHA-512', text('c=biws,r=abcdXYZ,p=cHJvb2Y='))).toBe(false);
  });

  it('remembers a nonce for one login only', () => {
    const watch = new NonceWatch();
    watch.repeats('SCRAM-SHA-256', first);
    watch.repeats('SCRAM-SHA-256', text('c=biws,r=abcdXYZ,p=cHJvb2Y='));
    expect(watch.repeats('SCRAM-SHA-256', text('c=biws,r=abcdabcdXYZ,p=cHJvb2Y='))).toBe(false);
  });

  it('looks at no other mechanism, and at any bytes without harm', () => {
    const watch = new NonceWatch();
    watch.repeats('PLAIN', first);
    expect(watch.repeats('PLAIN', text('c=biws,r=abcdabcd,p=x'))).toBe(false);
    expect(watch.repeats('SCRAM-SHA-256', new Uint8Array(100_000).fill(0xff))).toBe(false);
    expect(watch.repeats('SCRAM-SHA-256', new Uint8Array(0))).toBe(false);
  });
});
