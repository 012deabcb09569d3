import { describe, expect, it } from 'vitest';
import { eventSentence } from '../../src/export/event-sentence.ts';

describe('eventSentence', () => {
  const event = (name: string, detail: Record<string, string | number>) =>
    eventSentence({ kind: 'event', atUs: 0, event: name, connection: 4, detail });

  it('says a message where there is one, facts otherwise, and nothing of ordinary comings and goings', () => {
    const finding = { finding: 'http-to-kafka-port', message: 'This is HTTP.' };
    expect(event('finding', finding)).toBe('http-to-kafka-port: This is HTTP. (connection 4)');
    expect(event('tls-failed', { message: 'Refused.' })).toBe('tls-failed: Refused. (connection 4)');
    expect(event('gap', { from: 'client', missingBytes: 3 })).toBe('gap: from=client missingBytes=3 (connection 4)');
    expect(event('assembly-limit', { limit: 'assembledBytesMax', count: 2 })).toMatch(
      /^assembly-limit: The limit assembledBytesMax was reached 2 times: messages were cut .*\. \(connection 4\)$/,
    );
    expect(event('connection-opened', { client: 'x' })).toBeNull();
    // A finding has said it.
    expect(event('not-kafka', { message: 'This is HTTP.' })).toBeNull();
  });
});
