import { expect, it } from 'vitest';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';
import { firstGssToken, lastGssToken, sealedText } from '../support/gss-tokens.ts';

const nothing = new Uint8Array(0);
/** What a broker says in between, which is for the client alone: the head of a Wrap token. */
const challenge = Uint8Array.from([0x05, 0x04, 0x01, 0xff]);
const first = firstGssToken('EXAMPLE.ORG', ['kafka', 'b1']);

/** The four steps of a GSSAPI login as clients of SaslAuthenticate take them (RFC 4752). */
function login(talk: Conversation, id: number, name: string, errorCode = 0): Conversation {
  const answers = [challenge, challenge, nothing];
  talk.request(17, 1, id, { mechanism: 'GSSAPI' }).response(17, 1, id, { errorCode: 0, mechanisms: ['GSSAPI'] });
  [first, nothing, lastGssToken(name)].forEach((authBytes, step) => {
    const code = step === 2 ? errorCode : 0;
    const body = { errorCode: code, errorMessage: null, authBytes: answers[step] ?? nothing, sessionLifetimeMs: 0n };
    talk.request(36, 2, id + 1 + step, { authBytes }).response(36, 2, id + 1 + step, body);
  });
  return talk;
}

const metadata = (talk: Conversation, id: number): Conversation =>
  talk.request(3, 1, id, { topics: null }).response(3, 1, id, {});

/** Who the client is known to be when the last exchange is final. */
function knownAtEnd(talk: Conversation): [string | null, string | null] {
  const { exchanges } = driveEngine(talk.inputs);
  const connection = exchanges.at(-1)?.connection;
  return [connection?.principal ?? null, connection?.kerberosService ?? null];
}

it('keeps of a GSSAPI login who it is and for which service, once a request proves that it was taken', () => {
  const service = 'kafka/b1@EXAMPLE.ORG';
  const talk = login(new Conversation(), 1, 'alice@EXAMPLE.ORG');
  expect(knownAtEnd(talk)).toEqual([null, service]);
  expect(knownAtEnd(metadata(talk, 9))).toEqual(['alice@EXAMPLE.ORG', service]);
  expect(knownAtEnd(metadata(login(talk, 10, 'bob@EXAMPLE.ORG'), 19))).toEqual(['bob@EXAMPLE.ORG', service]);
});

it('believes nobody whose GSSAPI login was refused', () => {
  expect(knownAtEnd(metadata(login(new Conversation(), 1, 'alice@EXAMPLE.ORG', 58), 9))[0]).toBeNull();
});

/** The tokens of old clients: no headers, and no answer to the last one. */
const rawLogin = (talk: Conversation): Conversation =>
  talk
    .raw('client', framed(first))
    .raw('broker', framed(challenge))
    .raw('client', framed(lastGssToken('alice@EXAMPLE.ORG')));

it('knows a login of Kafka 0.9, which has no handshake, by its first token', () => {
  const talk = metadata(rawLogin(new Conversation()), 2);
  expect(knownAtEnd(talk)).toEqual(['alice@EXAMPLE.ORG', 'kafka/b1@EXAMPLE.ORG']);
  const { exchanges } = driveEngine(talk.inputs);
  expect(exchanges.map(({ apiKey, status }) => [apiKey, status])).toEqual([
    [null, 'answered'],
    [null, 'unanswered-by-design'],
    [3, 'answered'],
  ]);
  expect(exchanges[0]?.connection.sasl).toEqual({ mechanism: 'GSSAPI' });
});

it('keeps the same of raw tokens, the last of which has no answer, and nothing of what is encrypted', () => {
  const talk = new Conversation()
    .request(17, 0, 1, { mechanism: 'GSSAPI' })
    .response(17, 0, 1, { errorCode: 0, mechanisms: ['GSSAPI'] });
  rawLogin(talk);
  expect(knownAtEnd(metadata(talk, 2))).toEqual(['alice@EXAMPLE.ORG', 'kafka/b1@EXAMPLE.ORG']);
  const { exchanges } = driveEngine(talk.inputs);
  const kept = exchanges.map(({ request }) => Buffer.from(request?.bytes ?? nothing).toString('latin1')).join();
  expect(kept).not.toContain(sealedText);
  expect(kept).not.toContain('alice');
});
