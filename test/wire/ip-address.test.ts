import net from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIp, ipv6Text, parseIp, toIpv6Bytes, unmappedIpBytes } from '../../src/wire/ip-address.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('IP addresses', () => {
  test.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['255.255.255.255', [255, 255, 255, 255]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:db8::ff:1', [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 1]],
    ['::ffff:10.0.0.1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1]],
    ['1:2:3:4:5:6:7::', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
  ])('reads %s', (text, bytes) => {
    expect([...(parseIp(text) ?? [])]).toEqual(bytes);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    '::1::',
    '1.2.3.4::',
    '12345::',
    'fe80::1%eth0',
    'broker',
    '1:2:3:4:5:6:7:8:9',
    '::g',
  ])('does not read "%s"', (text) => {
    expect(parseIp(text)).toBeNull();
  });

  test('reads back what it writes, and agrees with Node on what is an address', () => {
    fc.assert(
      fc.property(fc.oneof(bytesOf(4), bytesOf(16)), (bytes) => {
        const text = formatIp(bytes);
        expect(net.isIP(text)).toBe(bytes.length === 4 ? 4 : 6);
        expect(parseIp(text)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789af:.'), maxLength: 20 })),
        (text) => {
          expect(parseIp(text) !== null).toBe(net.isIP(text) !== 0);
        },
      ),
    );
  });

  test('shortens the longest run of zero groups', () => {
    expect(formatIp(parseIp('2001:0:0:1:0:0:0:1') ?? new Uint8Array())).toBe('2001:0:0:1::1');
    expect(ipv6Text(Uint8Array.of(9, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1), 1)).toBe(
      '2001:db8:0:1::1',
    );
  });

  test('turns IPv4 into its IPv6 form and back', () => {
    const four = Uint8Array.of(10, 0, 0, 1);
    expect([...unmappedIpBytes(toIpv6Bytes(four))]).toEqual([...four]);
    const six = parseIp('2001:db8::1') ?? four;
    expect(toIpv6Bytes(six)).toBe(six);
    expect(unmappedIpBytes(six)).toBe(six);
  });
});
