import { describe, expect, test } from 'vitest';
import {
  formatHostPort,
  type Parsed,
  parseBrokerPort,
  parseHostPort,
  parseHostPortList,
  parseListen,
  parsePort,
  plainAddress,
} from '../../src/proxy/host-port.ts';

function value<Value>(parsed: Parsed<Value>): Value {
  if (parsed.kind === 'error') throw new Error(parsed.message);
  return parsed.value;
}

function message<Value>(parsed: Parsed<Value>): string {
  if (parsed.kind === 'ok') throw new Error('expected an error');
  return parsed.message;
}

describe('parseHostPort', () => {
  test('reads names, IPv4 and bracketed IPv6', () => {
    expect(value(parseHostPort('broker-1.example:9092', '--upstream'))).toEqual({
      host: 'broker-1.example',
      port: 9092,
    });
    expect(value(parseHostPort(' 10.0.0.1:1 ', '--upstream'))).toEqual({ host: '10.0.0.1', port: 1 });
    expect(value(parseHostPort('[::1]:65535', '--upstream'))).toEqual({ host: '::1', port: 65_535 });
    expect(value(parseHostPort('[fe80::1%eth0]:9092', '--upstream')).host).toBe('fe80::1%eth0');
  });

  test.each([
    ['broker', '"broker" has no port; write HOST:PORT, for example broker:9092.'],
    ['', '"" has no port'],
    [':9092', '":9092" has no host'],
    ['broker:0', '"0" is no port'],
    ['broker:65536', '"65536" is no port'],
    ['broker:kafka', '"kafka" is no port; a port is a number from 1 to 65535.'],
    ['broker:-1', '"-1" is no port'],
    ['::1:9092', 'looks like an IPv6 address; write it in brackets'],
    ['[::1]', 'has no port; write [::1]:9092.'],
    ['[::1:9092', 'never closes it'],
    ['[broker]:9092', 'is no IPv6 address'],
    ['PLAINTEXT://broker:9092', 'write HOST:PORT without "PLAINTEXT://", for example broker:9092.'],
    ['a b:9092', 'is no host name'],
    [`${'h'.repeat(256)}:9092`, 'more than 255 characters'],
  ])('refuses %s in one sentence', (text, expected) => {
    const said = message(parseHostPort(text, '--upstream'));
    expect(said).toContain(expected);
    expect(said.startsWith('--upstream: ')).toBe(true);
    expect(said.endsWith('.')).toBe(true);
  });
});

test('parseHostPortList keeps the order and drops repetitions', () => {
  expect(value(parseHostPortList('b:1, a:2,B:1,,[::1]:3', '--upstream'))).toEqual([
    { host: 'b', port: 1 },
    { host: 'a', port: 2 },
    { host: '::1', port: 3 },
  ]);
  expect(message(parseHostPortList(' , ', '--upstream'))).toContain('no server is named');
  expect(message(parseHostPortList('a:1,b', '--upstream'))).toContain('"b" has no port');
});

test('parseListen takes a bare port, a host with a port, and port 0', () => {
  expect(value(parseListen('19092'))).toEqual({ host: '127.0.0.1', port: 19_092 });
  expect(value(parseListen('0'))).toEqual({ host: '127.0.0.1', port: 0 });
  expect(value(parseListen('0.0.0.0:9000'))).toEqual({ host: '0.0.0.0', port: 9000 });
  expect(value(parseListen('[::]:0'))).toEqual({ host: '::', port: 0 });
  expect(message(parseListen('70000'))).toBe('--listen: "70000" is no port; a port is a number from 0 to 65535.');
  expect(message(parseListen('localhost'))).toContain('has no port');
});

test('parseBrokerPort takes ID=PORT', () => {
  expect(value(parseBrokerPort('1=19101'))).toEqual({ nodeId: 1, port: 19_101 });
  for (const text of ['1', '=1', '1=', '1=0', '-1=5', '1=70000', '99999999999=1', '4294967296=1']) {
    expect(message(parseBrokerPort(text))).toContain('is not ID=PORT');
  }
});

test('parsePort takes decimal digits only', () => {
  expect(parsePort('0')).toBe(0);
  expect(parsePort('65535')).toBe(65_535);
  for (const text of ['', ' 1', '1e3', '0x10', '65536', '1.5']) expect(parsePort(text)).toBeNull();
});

test('addresses print so that they can be typed back', () => {
  expect(formatHostPort('::1', 9092)).toBe('[::1]:9092');
  expect(formatHostPort('broker', 9092)).toBe('broker:9092');
  expect(plainAddress('::ffff:10.1.2.3')).toBe('10.1.2.3');
  expect(plainAddress('::1')).toBe('::1');
});
