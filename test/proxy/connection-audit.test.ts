import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConnectionAudit } from '../../src/proxy/connection-audit.ts';
import { RewriteTally } from '../../src/proxy/rewrite-tally.ts';

const request = Uint8Array.of(0, 0, 0, 1, 7);
const response = Uint8Array.of(0, 0, 0, 2, 8, 9);

function audited(hashes: boolean, lost = 0): ConnectionAudit {
  const audit = new ConnectionAudit(hashes);
  audit.count('fromClient', request);
  audit.count('toBroker', request.subarray(lost));
  audit.count('fromBroker', response);
  audit.count('toClient', response);
  return audit;
}

describe('ConnectionAudit', () => {
  test('is balanced when what came in went on', () => {
    expect(audited(false).detail(new RewriteTally(), false)).toEqual({
      fromClient: 5,
      toBroker: 5,
      fromBroker: 6,
      toClient: 6,
      deltaBytes: 0,
      balanced: true,
    });
  });

  test('allows for what rewrites added', () => {
    const rewrites = new RewriteTally();
    rewrites.note({ kind: 'rewritten', frame: new Uint8Array(8) }, 6);
    const audit = audited(false);
    expect(audit.balanced(rewrites, false)).toBe(false);
    audit.count('toClient', Uint8Array.of(1, 2));
    expect(audit.detail(rewrites, false)).toMatchObject({ 'addresses-rewritten': 1, deltaBytes: 2, balanced: true });
  });

  test('says so when a byte is missing, and does not claim it where an end was cut', () => {
    const audit = audited(false, 1);
    expect(audit.detail(new RewriteTally(), false)).toMatchObject({ balanced: false });
    expect(audit.detail(new RewriteTally(), false).message).toMatch(/5 came from the client and 4 went to the broker/);
    expect(audit.detail(new RewriteTally(), true)).toMatchObject({ balanced: null });
  });

  test('digests each stream when asked to', () => {
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(audited(true).detail(new RewriteTally(), false)).toMatchObject({
      fromClientSha256: sha256(request),
      toBrokerSha256: sha256(request),
      fromBrokerSha256: sha256(response),
      toClientSha256: sha256(response),
    });
  });
});
