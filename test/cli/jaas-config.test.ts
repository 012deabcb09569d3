import { describe, expect, test } from 'vitest';
import { parseJaasConfig } from '../../src/cli/jaas-config.ts';

const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule';

function read(text: string): unknown {
  const module = parseJaasConfig(text);
  return typeof module === 'string' ? module : [module.name, Object.fromEntries(module.options)];
}

describe('sasl.jaas.config', () => {
  test.each([
    [`${scram} required username="alice" password="alice-secret";`, 'alice-secret'],
    [`${scram}  required\n username='alice'\n\tpassword = 'alice-secret' ;`, 'alice-secret'],
    [`${scram} required username=alice password=alice-secret;`, 'alice-secret'],
    [`/* a */ ${scram} required // b\n username="alice" password="a\\"b\\\\c;d=e" ; `, 'a"b\\c;d=e'],
    [`${scram} required username="alice" password="tab\\tA\\101";`, 'tab\tAA'],
  ])('%j', (text, password) => {
    expect(read(text)).toEqual(['ScramLoginModule', { username: 'alice', password }]);
  });

  test('may have no options', () => {
    expect(read('a.b.OAuthBearerLoginModule required ;')).toEqual(['OAuthBearerLoginModule', {}]);
  });

  test.each([
    ['', 'begin with the name'],
    ['"x" required;', 'begin with the name'],
    [`${scram} username="a";`, 'one of required'],
    [`${scram} required username="a" password="zz-secret"`, 'semicolon'],
    [`${scram} required username="a" password="zz-secret`, 'quote is not closed'],
    [`${scram} required "zz-secret";`, 'the form name="value"'],
    [`${scram} required username= ;`, 'username has no value'],
    [`${scram} required; ${scram} required;`, 'more than one'],
  ])('%j is refused in words without secrets', (text, words) => {
    const answer = read(text);
    expect(answer).toContain(words);
    expect(answer).not.toContain('zz-secret');
  });
});
