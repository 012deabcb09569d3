import { describe, expect, it } from 'vitest';
import { Conversation } from '../../support/conversation.ts';
import { findingsOf, sentenceOf, textBytes, wordsOf } from '../../support/diagnose.ts';

describe('saslAnswers', () => {
  it('names the mechanisms that would do', () => {
    const talk = new Conversation()
      .request(17, 1, 1, { mechanism: 'PLAIN' })
      .response(17, 1, 1, { errorCode: 33, mechanisms: ['SCRAM-SHA-512', 'OAUTHBEARER'] });
    const told = findingsOf(talk.inputs);
    expect(wordsOf(told)).toEqual(['sasl-mechanism-not-enabled']);
    expect(sentenceOf(told)).toContain('wants SASL mechanism PLAIN');
    expect(sentenceOf(told)).toContain('only SCRAM-SHA-512, OAUTHBEARER');
  });

  it('says that a listener wants no SASL', () => {
    const talk = new Conversation()
      .request(17, 1, 1, { mechanism: 'PLAIN' })
      .response(17, 1, 1, { errorCode: 34, mechanisms: [] });
    expect(wordsOf(findingsOf(talk.inputs))).toEqual(['sasl-on-listener-without']);
  });

  const login = (final: string) =>
    new Conversation()
      .request(17, 1, 1, { mechanism: 'SCRAM-SHA-256' })
      .response(17, 1, 1, { errorCode: 0, mechanisms: ['SCRAM-SHA-256'] })
      .request(36, 1, 2, { authBytes: textBytes('n,,n=alice,r=abcd') })
      .response(36, 1, 2, { errorCode: 0, errorMessage: null, authBytes: textBytes('r=abcdXY,s=c2FsdA==,i=4096') })
      .request(36, 1, 3, { authBytes: textBytes(final) })
      .response(36, 1, 3, { errorCode: 58, errorMessage: 'Authentication failed', authBytes: textBytes('') });

  it('passes on why the broker refuses a login, and never the login', () => {
    const told = findingsOf(login('c=biws,r=abcdXY,p=c2VjcmV0').inputs);
    expect(wordsOf(told)).toEqual(['sasl-authentication-failed']);
    expect(sentenceOf(told)).toContain('"Authentication failed"');
    expect(JSON.stringify(told)).not.toMatch(/c2VjcmV0|abcd/);
  });

  it('knows the bug that looks like a wrong password', () => {
    const told = findingsOf(login('c=biws,r=abcdabcdXY,p=c2VjcmV0').inputs);
    expect(wordsOf(told)).toEqual(['scram-nonce-repeated']);
    expect(sentenceOf(told)).toContain('librdkafka before 2.6.1');
  });
});
