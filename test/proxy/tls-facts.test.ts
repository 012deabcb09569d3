import net from 'node:net';
import { expect, test } from 'vitest';
import { tlsFactsOf } from '../../src/proxy/tls-facts.ts';

// What a handshake agrees on is looked at in client-tls.test.ts, with real ones.
test('plaintext has none', () => {
  expect(tlsFactsOf(new net.Socket())).toBe(null);
});
