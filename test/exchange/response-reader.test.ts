import { describe, expect, it } from 'vitest';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A dialogue of authentication; each call is a request and its answer. */
class Login {
  readonly conversation = new Conversation();
  #id = 0;

  handshake(mechanism: string, errorCode = 0, version = 1): this {
    const id = ++this.#id;
    this.conversation
      .request(17, version, id, { mechanism })
      .response(17, version, id, { errorCode, mechanisms: ['PLAIN', 'SCRAM-SHA-256'] });
    return this;
  }

  token(token: string, answer: string, errorCode = 0): this {
    const id = ++this.#id;
    this.conversation
      .request(36, 1, id, { authBytes: bytes(token) })
      .response(36, 1, id, { errorCode, errorMessage: errorCode === 0 ? null : 'no', authBytes: bytes(answer) });
    return this;
  }

  rawToken(token: string, answer: string | null): this {
    this.conversation.raw('client', framed(bytes(token)));
    if (answer !== null) this.conversation.raw('broker', framed(bytes(answer)));
    return this;
  }

  metadata(): this {
    const id = ++this.#id;
    this.conversation.request(3, 1, id, { topics: null }).response(3, 1, id, {});
    return this;
  }

  /** API key, tags and the principal known when each exchange was final. */
  get story(): readonly [number | null, readonly string[], string | null][] {
    const { inputs } = this.conversation;
    const story: [number | null, readonly string[], string | null][] = [];
    for (let end = 1; end <= inputs.length; end++) {
      const { exchanges } = driveEngine(inputs.slice(0, end));
      const last = exchanges.at(-1);
      if (last !== undefined && exchanges.length > story.length) {
        story.push([last.apiKey, last.tags, last.connection.principal]);
      }
    }
    return story;
  }
}

const clientFirst = 'n,,n=alice,r=abc';
const challenge = 'r=abcdef,s=c2FsdA==,i=4096';

describe('authentication', () => {
  it('PLAIN is believed with its answer', () => {
    expect(new Login().handshake('PLAIN').token('\0alice\0secret', '').metadata().story).toEqual([
      [17, [], null],
      [36, [], 'alice'],
      [3, [], 'alice'],
    ]);
  });

  it('SCRAM names its user first and is believed last', () => {
    const login = new Login().handshake('SCRAM-SHA-256').token(clientFirst, challenge).token('c=,r=,p=', 'v=c2ln');
    expect(login.story).toEqual([
      [17, [], null],
      [36, [], null],
      [36, [], 'alice'],
    ]);
  });

  it('a wrong password leaves the connection without a principal, in the first round and in the last', () => {
    const plain = new Login().handshake('PLAIN').token('\0alice\0wrong', '', 58);
    expect(plain.story.map(([, , principal]) => principal)).toEqual([null, null]);
    const scram = new Login().handshake('SCRAM-SHA-256').token(clientFirst, challenge).token('c=,r=,p=', '', 58);
    expect(scram.story.map(([, , principal]) => principal)).toEqual([null, null, null]);
  });

  it('a mechanism the broker has not got leads nowhere', () => {
    expect(
      new Login()
        .handshake('GSSAPI', 33)
        .metadata()
        .story.map(([, , principal]) => principal),
    ).toEqual([null, null]);
  });

  it('an OAUTHBEARER answer with JSON is a refusal that the client must answer', () => {
    const claims = Buffer.from('{"sub":"alice"}').toString('base64url');
    const token = `n,,\x01auth=Bearer h.${claims}.s\x01\x01`;
    const refused = new Login()
      .handshake('OAUTHBEARER')
      .token(token, '{"status":"invalid_token"}')
      .token('\x01', '', 58);
    expect(refused.story.map(([, , principal]) => principal)).toEqual([null, null, null]);
    expect(new Login().handshake('OAUTHBEARER').token(token, '').story.at(-1)?.[2]).toBe('alice');
  });

  it('re-authentication (KIP-368) is tagged from its handshake to its end', () => {
    const login = new Login()
      .handshake('SCRAM-SHA-256')
      .token(clientFirst, challenge)
      .token('c=,r=,p=', 'v=c2ln')
      .metadata()
      .handshake('SCRAM-SHA-256')
      .token(clientFirst, challenge)
      .token('c=,r=,p=', 'v=c2ln')
      .metadata();
    expect(login.story.map(([key, tags]) => [key, tags])).toEqual([
      [17, []],
      [36, []],
      [36, []],
      [3, []],
      [17, ['reauthentication']],
      [36, ['reauthentication']],
      [36, ['reauthentication']],
      [3, []],
    ]);
  });

  it('a re-authentication that fails keeps the principal that the connection had', () => {
    const login = new Login().handshake('PLAIN').token('\0alice\0secret', '').metadata();
    login.handshake('PLAIN').token('\0bob\0wrong', '', 58);
    expect(login.story.map(([, , principal]) => principal)).toEqual([null, 'alice', 'alice', 'alice', 'alice']);
  });

  it('a second try after a refusal is no re-authentication', () => {
    const login = new Login().handshake('PLAIN').token('\0alice\0wrong', '', 58);
    login.handshake('PLAIN').token('\0alice\0secret', '');
    expect(login.story.map(([, tags]) => tags)).toEqual([[], [], [], []]);
    expect(login.story.at(-1)?.[2]).toBe('alice');
  });

  it('what GSSAPI says nobody knows: a request after it proves that it was accepted', () => {
    const login = new Login()
      .handshake('GSSAPI')
      .token('abc', 'def')
      .metadata()
      .handshake('GSSAPI')
      .token('abc', 'def');
    expect(login.story.map(([, tags]) => tags)).toEqual([[], [], [], ['reauthentication'], ['reauthentication']]);
  });
});

describe('raw tokens after SaslHandshake v0', () => {
  it('a broker that refuses one closes, and the user was never believed', () => {
    const login = new Login().handshake('PLAIN', 0, 0).rawToken('\0alice\0wrong', null);
    const { exchanges } = driveEngine(login.conversation.closed().inputs);
    expect(exchanges.map((exchange) => [exchange.apiKey, exchange.status])).toEqual([
      [17, 'answered'],
      [null, 'abandoned'],
    ]);
    expect(exchanges[1]?.connection.principal).toBeNull();
  });

  it('SCRAM is believed with the signature of the server', () => {
    const login = new Login()
      .handshake('SCRAM-SHA-256', 0, 0)
      .rawToken(clientFirst, challenge)
      .rawToken('c=biws,r=abcdef,p=cHJvb2Y=', 'v=c2ln')
      .metadata();
    expect(login.story.map(([key, , principal]) => [key, principal])).toEqual([
      [17, null],
      [null, null],
      [null, 'alice'],
      [3, 'alice'],
    ]);
  });

  it('the last token of GSSAPI may have no answer, and the next response is not taken for it', () => {
    const login = new Login()
      .handshake('GSSAPI', 0, 0)
      .rawToken('\x60token-one', 'answer')
      .rawToken('token-two', null)
      .metadata();
    const { exchanges } = driveEngine(login.conversation.inputs);
    expect(exchanges.map((exchange) => [exchange.apiKey, exchange.status])).toEqual([
      [17, 'answered'],
      [null, 'answered'],
      [null, 'unanswered-by-design'],
      [3, 'answered'],
    ]);
  });
});
