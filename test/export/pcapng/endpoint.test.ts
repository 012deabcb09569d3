import { expect, it } from 'vitest';
import { parseEndpoint, sameFamily } from '../../../src/export/pcapng/endpoint.ts';

const hex = (text: string) => Buffer.from(parseEndpoint(text).address).toString('hex');

it('reads IPv4 with its port', () => {
  expect(parseEndpoint('192.0.2.7:9092')).toEqual({ address: Uint8Array.of(192, 0, 2, 7), port: 9092 });
});

it.each([
  ['[::1]:9092', '00000000000000000000000000000001'],
  ['[2001:db8::8:0]:1', '20010db8000000000000000000080000'],
  ['[1:2:3:4:5:6:7:8]:1', '00010002000300040005000600070008'],
  ['[fe80::1%eth0]:1', 'fe800000000000000000000000000001'],
  ['[::ffff:192.0.2.1]:1', '00000000000000000000ffffc0000201'],
  ['[::]:0', '00000000000000000000000000000000'],
])('reads %s', (text, expected) => {
  expect(hex(text)).toBe(expected);
});

it.each(['', '?:0', 'broker-1:9092', '300.0.0.1:1', '1.2.3:4', '[1::2::3]:4', '[12345::]:1', '1.2.3.4:70000', '[::1'])(
  'makes 0.0.0.0 of %j, which is no address',
  (text) => {
    expect(parseEndpoint(text)).toEqual({ address: new Uint8Array(4), port: 0 });
  },
);

it('maps IPv4 next to IPv6, and leaves equals alone', () => {
  const four = parseEndpoint('192.0.2.1:1');
  const six = parseEndpoint('[::1]:2');
  const [first, second] = sameFamily(four, six);
  expect(Buffer.from(first.address).toString('hex')).toBe('00000000000000000000ffffc0000201');
  expect([first.port, second]).toEqual([1, six]);
  expect(sameFamily(four, four)).toEqual([four, four]);
});
