import { describe, expect, it } from 'vitest';
import { Conversation } from '../../support/conversation.ts';
import { findingsOf, sentenceOf, textBytes, wordsOf } from '../../support/diagnose.ts';

describe('foreignBytes: bytes that are no Kafka', () => {
  it.each([
    ['client', [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], 'tls-to-plaintext-port', 'security.protocol'],
    ['client', [...textBytes('GET / HTTP/1.1')], 'http-to-kafka-port', 'HTTP'],
    ['client', [...textBytes('SSH-2.0-x')], 'ssh-to-kafka-port', 'SSH'],
    ['client', [...textBytes('PROXY TCP4 1.2.3.4')], 'proxy-header-unexpected', '--proxy-protocol in'],
    ['client', [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51], 'proxy-header-unexpected', 'v2'],
    // The alert of a TLS port: 352518912 as a size.
    ['broker', [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46], 'plaintext-to-tls-port', 'expects TLS'],
    ['broker', [...textBytes('HTTP/1.1 400 Bad Request')], 'upstream-is-http', 'web server'],
  ] as const)('from the %s %j: %s', (from, bytes, finding, part) => {
    const told = findingsOf(new Conversation().raw(from, Uint8Array.from(bytes)).inputs);
    expect(wordsOf(told)).toEqual([finding]);
    expect(sentenceOf(told)).toContain(part);
  });
});
