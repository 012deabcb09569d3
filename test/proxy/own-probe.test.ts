import { describe, expect, it } from 'vitest';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { OwnProbe } from '../../src/proxy/own-probe.ts';
import { framed } from '../support/conversation.ts';

describe('OwnProbe', () => {
  const asked = (clientId: string) =>
    framed(encodeRequest({ apiKey: 18, apiVersion: 0, correlationId: 0, clientId, body: {} }));

  it('knows its own question, and nobody else’s', () => {
    const probe = new OwnProbe();
    expect(probe.isIn(asked(probe.clientId))).toBe(true);
    expect(probe.isIn(asked(new OwnProbe().clientId))).toBe(false);
    expect(probe.isIn(asked('kafka-scope-probe-test'))).toBe(false);
    expect(probe.isIn(new Uint8Array(3))).toBe(false);
  });
});
