import { describe, expect, it, test } from 'vitest';
import { looksLikeSaslToken } from '../../src/redact/sasl-token-shape.ts';
import { bytesOf, releases, sampleMessages } from '../protocol/golden-lines.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('tokens of every mechanism', () => {
  it.each([
    ['PLAIN', '\0alice\0wonder'],
    ['PLAIN with an authorisation id', 'root\0alice\0wonder'],
    ['PLAIN of a user whose name looks like an API key', '\0Admin\0wonder'],
    ['PLAIN of a user of one letter', '\0a\0wonder'],
    ['SCRAM client-first', 'n,,n=alice,r=abc'],
    ['SCRAM client-final', 'c=biws,r=abc,p=proof'],
    ['SCRAM server-first', 'r=abc,s=salt,i=4096'],
    ['SCRAM server-final', 'v=signature'],
    ['OAUTHBEARER', 'n,,\x01auth=Bearer aaa.bbb.ccc\x01\x01'],
    ['AWS_MSK_IAM', '{"version":"2020_10_22"}'],
    ['GSSAPI', `\x60\x06\x06\x04abcd`],
    ['GSSAPI, long form', `\x60\x82\x01\x00${'k'.repeat(256)}`],
  ])('%s', (_name, token) => {
    expect(looksLikeSaslToken(bytes(token))).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['one NUL', '\0alice wonder'],
    ['three NULs', '\0alice\0wonder\0'],
    ['a length that does not fit', '\x60\x07\x06\x04abcd'],
    ['text', 'GET / HTTP/1.1'],
    ['a control character', '\0alice\0won\x07der'],
  ])('not %s', (_name, token) => {
    expect(looksLikeSaslToken(bytes(token))).toBe(false);
  });
});

test('no request of any API and version has such a shape', () => {
  for (const { name } of releases) {
    for (const line of sampleMessages(name)) {
      if (line.type === 'request' && looksLikeSaslToken(bytesOf(line))) throw new Error(`${line.api} v${line.version}`);
    }
  }
});
