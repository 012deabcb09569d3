import { describe, expect, it } from 'vitest';
import { Conversation } from '../../support/conversation.ts';
import { findingsOf, sentenceOf, textBytes, wordsOf } from '../../support/diagnose.ts';
import { firstGssToken, sealedText } from '../../support/gss-tokens.ts';

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

  it('names the service of a Kerberos ticket that the broker cannot open', () => {
    const talk = new Conversation()
      .request(17, 1, 1, { mechanism: 'GSSAPI' })
      .response(17, 1, 1, { errorCode: 0, mechanisms: ['GSSAPI'] })
      .request(36, 1, 2, { authBytes: firstGssToken('EXAMPLE.ORG', ['kafka', 'proxy.example.org']) })
      .response(36, 1, 2, { errorCode: 58, errorMessage: 'invalid credentials', authBytes: textBytes('') });
    const told = findingsOf(talk.inputs);
    expect(wordsOf(told)).toEqual(['sasl-authentication-failed']);
    expect(sentenceOf(told)).toContain('"invalid credentials"');
    expect(sentenceOf(told)).toContain('ticket is for kafka/proxy.example.org@EXAMPLE.ORG, whose key');
    expect(sentenceOf(told)).toContain('keytab');
    expect(JSON.stringify(told)).not.toContain(sealedText);
  });

  it('knows the bug that looks like a wrong password', () => {
    const told = findingsOf(login('c=biws,r=abcdabcdXY,p=c2VjcmV0').inputs);
    expect(wordsOf(told)).toEqual(['scram-nonce-repeated']);
    expect(sentenceOf(told)).toContain('librdkafka before 2.6.1');
  });
});
