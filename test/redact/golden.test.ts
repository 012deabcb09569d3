import { describe, expect, test } from 'vitest';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import type { DecodedMessage } from '../../src/protocol/message.ts';
import { redactBody } from '../../src/redact/redact-body.ts';
import { redactRequest, redactResponse } from '../../src/redact/redact-frame.ts';
import { mayHoldSecrets } from '../../src/redact/secret-keys.ts';
import { corpusMessages, fullCorpusIsThere, type GoldenMessage, sampleMessages } from '../protocol/golden-lines.ts';

function decoded(payload: Uint8Array, line: GoldenMessage): DecodedMessage {
  const message = line.type === 'request' ? decodeRequest(payload) : decodeResponse(payload, line.key, line.version);
  if (message.kind !== 'decoded') throw new Error(`${line.api} v${line.version}: ${message.detail}`);
  return message;
}

/** All of Kafka's own messages where they lie beside the checkout, else the committed sample. */
const lines = fullCorpusIsThere ? corpusMessages : sampleMessages;

describe.each(['4.4.0', '3.9.1'] as const)('messages of Kafka %s', (release) => {
  test('redacting the frame or the body hides the same and nothing else', () => {
    let secret = 0;
    for (const line of lines(release)) {
      const payload = new Uint8Array(Buffer.from(line.hex, 'hex'));
      const copy = payload.slice();
      const redact = line.type === 'request' ? redactRequest : redactResponse;
      const outcome = redact(copy, line.key, line.version);
      const where = `${line.api} ${line.type} v${line.version} ${line.variant}`;
      expect([where, outcome === 'redacted-whole']).toEqual([where, false]);
      if (!mayHoldSecrets(line.key, line.type)) {
        if (Buffer.compare(copy, payload) !== 0) throw new Error(where);
        continue;
      }
      secret++;
      expect(copy.length).toBe(payload.length);
      expect(redactBody(decoded(copy, line))).toEqual(redactBody(decoded(payload, line)));
    }
    expect(secret).toBeGreaterThan(10);
  });
});
