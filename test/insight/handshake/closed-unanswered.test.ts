import { describe, expect, it } from 'vitest';
import type { Struct } from '../../../src/protocol/message.ts';
import { Conversation, framed } from '../../support/conversation.ts';
import { endedBy, findingsOf, sentenceOf, textBytes, wordsOf } from '../../support/diagnose.ts';
import { firstGssToken, sealedText } from '../../support/gss-tokens.ts';

const noApis: Struct = { errorCode: 0, apiKeys: [] };
const metadata: Struct = { topics: [{ name: 'orders' }] };

describe('closedUnanswered: a broker that closes without a word', () => {
  const asked = () => new Conversation().request(18, 0, 1, {}).response(18, 0, 1, noApis).request(3, 9, 2, metadata);

  it('suspects SASL when ApiVersions was answered and nothing else', () => {
    const told = findingsOf([...asked().inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['sasl-needed']);
    expect(sentenceOf(told)).toContain('Metadata v9');
    expect(sentenceOf(told)).toContain('SASL_PLAINTEXT');
  });

  it('is sure when others log in there', () => {
    const other = new Conversation(2)
      .request(17, 1, 1, { mechanism: 'PLAIN' })
      .response(17, 1, 1, { errorCode: 0, mechanisms: ['PLAIN'] })
      .request(36, 1, 2, { authBytes: Uint8Array.of(0, ...textBytes('bob'), 0, ...textBytes('pw')) })
      .response(36, 1, 2, { errorCode: 0, errorMessage: null, authBytes: textBytes('') });
    const told = findingsOf([...other.inputs, ...asked().inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['sasl-needed']);
    expect(sentenceOf(told)).toContain('others log in by SASL at this listener');
  });

  it('sees a version that the broker did not offer', () => {
    const talk = new Conversation()
      .request(18, 0, 1, {})
      .response(18, 0, 1, { errorCode: 0, apiKeys: [{ apiKey: 3, minVersion: 10, maxVersion: 12 }] })
      .request(3, 9, 2, metadata);
    const told = findingsOf([...talk.inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['version-not-offered']);
    expect(sentenceOf(told)).toContain('the broker has 10 to 12');
  });

  it('blames nobody when the client left, or when the connection worked', () => {
    expect(findingsOf([...asked().inputs, ...endedBy('client')])).toEqual([]);
    const works = asked().response(3, 9, 2, { brokers: [], topics: [] }).request(3, 9, 3, metadata);
    expect(findingsOf([...works.inputs, ...endedBy('broker')])).toEqual([]);
  });

  it('doubts a port that closes on the first request', () => {
    const told = findingsOf([...new Conversation().request(18, 3, 1, {}).inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['closed-on-handshake']);
  });

  it('does not doubt a port that answered others: its broker is shutting down, or full', () => {
    const works = new Conversation(2).request(3, 9, 1, metadata).response(3, 9, 1, { brokers: [], topics: [] });
    const told = findingsOf([
      ...works.inputs,
      ...new Conversation().request(18, 3, 1, {}).inputs,
      ...endedBy('broker'),
    ]);
    expect(wordsOf(told)).toEqual(['closed-without-answer']);
    expect(sentenceOf(told)).toContain('shutting down');
  });

  it('knows a raw token that the broker closes on', () => {
    const talk = new Conversation()
      .request(17, 0, 1, { mechanism: 'PLAIN' })
      .response(17, 0, 1, { errorCode: 0, mechanisms: ['PLAIN'] })
      // Size prefix, then the token of PLAIN: NUL user NUL password.
      .raw('client', Uint8Array.of(0, 0, 0, 10, 0, ...textBytes('bob'), 0, ...textBytes('wrong')));
    const told = findingsOf([...talk.inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['sasl-authentication-failed']);
    expect(JSON.stringify(told)).not.toContain('wrong');
  });

  it('knows a Kerberos token that nothing announced, first or behind ApiVersions', () => {
    const token = framed(firstGssToken('EXAMPLE.ORG', ['kafka', 'b1']));
    const asked = new Conversation().request(18, 0, 1, {}).response(18, 0, 1, noApis);
    for (const talk of [new Conversation(), asked]) {
      const told = findingsOf([...talk.raw('client', token).inputs, ...endedBy('broker')]);
      expect(wordsOf(told)).toEqual(['sasl-handshake-missing']);
      expect(sentenceOf(told)).toContain('KIP-896');
    }
  });

  it('names the service of a raw Kerberos ticket that the broker closes on', () => {
    const talk = new Conversation()
      .request(17, 0, 1, { mechanism: 'GSSAPI' })
      .response(17, 0, 1, { errorCode: 0, mechanisms: ['GSSAPI'] })
      .raw('client', framed(firstGssToken('EXAMPLE.ORG', ['other', 'b1'])));
    const told = findingsOf([...talk.inputs, ...endedBy('broker')]);
    expect(wordsOf(told)).toEqual(['sasl-authentication-failed']);
    expect(sentenceOf(told)).toContain('ticket is for other/b1@EXAMPLE.ORG');
    expect(JSON.stringify(told)).not.toContain(sealedText);
  });
});
