import { expect, test } from 'vitest';
import { ClientSettings, settingError } from '../../src/cli/client-settings.ts';

test('a file with keys of librdkafka is read in its syntax, any other in that of Java', () => {
  const kcat = ClientSettings.parse('f', 'sasl.username=a\nsasl.password=p\\q');
  expect(kcat.find('sasl.password')?.value).toBe('p\\q');
  const java = ClientSettings.parse('f', 'sasl.username=a\nsasl.jaas.config=p\\q');
  expect(java.find('sasl.jaas.config')?.value).toBe('pq');
});

test('the last of equal keys counts, blanks go, and empty is not set', () => {
  const settings = ClientSettings.parse('f', '\ufeffa=1\na= 2 \nb=');
  expect(settings.find('b', 'a')).toEqual({ key: 'a', value: '2', place: 'f:2', line: 2 });
  expect(settings.get('b')?.value).toBe('');
  expect(settings.find('c')).toBe(null);
  expect([...settings.all()].map(({ key }) => key)).toEqual(['a', 'b']);
});

test('mistakes name file and line, and repeat no value', () => {
  expect(() => ClientSettings.parse('f', 'a=1\nb=\\uzzzz')).toThrow('f:2: \\u must be followed');
  expect(() => ClientSettings.parse('f', 'sasl.password=x\nwhat')).toThrow('f:2: expected key=value.');
  const setting = ClientSettings.parse('f', 'a=zz-secret').find('a');
  expect(setting === null ? '' : settingError(setting, 'is wrong.').message).toBe('f:1: a: is wrong.');
});
