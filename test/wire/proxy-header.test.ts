import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/wire/crc32c.ts';
import {
  type ProxyAddresses,
  proxyHeaderBytesMax,
  proxyLineBytesMax,
  readProxyHeader,
  writeProxyHeader,
} from '../../src/wire/proxy-header.ts';

const line = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

/** A version 2 header: version and command, family and transport, then what the length counts. */
function binary(versionAndCommand: number, family: number, block: readonly number[]): Uint8Array {
  return Uint8Array.from([...signature, versionAndCommand, family, block.length >> 8, block.length & 0xff, ...block]);
}

// 192.168.0.7:56324 to 10.1.2.3:9092
const ipv4Block = [192, 168, 0, 7, 10, 1, 2, 3, 0xdc, 0x04, 0x23, 0x84];
const ipv4Addresses = { source: { host: '192.168.0.7', port: 56_324 }, destination: { host: '10.1.2.3', port: 9092 } };

describe('version 1', () => {
  test('reads both ends, and where the connection begins', () => {
    const text = 'PROXY TCP4 192.168.0.7 10.1.2.3 56324 9092\r\n';
    expect(readProxyHeader(line(`${text}rest`))).toEqual({
      kind: 'header',
      version: 1,
      addresses: ipv4Addresses,
      bytes: text.length,
    });
    expect(readProxyHeader(line('PROXY TCP6 2001:db8::1 ::1 1 65535\r\n'))).toMatchObject({
      addresses: { source: { host: '2001:db8::1', port: 1 }, destination: { host: '::1', port: 65_535 } },
    });
  });

  test('takes UNKNOWN with whatever follows, up to the longest line', () => {
    expect(readProxyHeader(line('PROXY UNKNOWN\r\n'))).toMatchObject({ kind: 'header', addresses: null, bytes: 15 });
    const longest = `PROXY UNKNOWN ${'f'.repeat(proxyLineBytesMax - 16)}\r\n`;
    expect(longest.length).toBe(107);
    expect(readProxyHeader(line(longest))).toMatchObject({ kind: 'header', bytes: 107 });
    expect(readProxyHeader(line(`PROXY UNKNOWN ${'f'.repeat(proxyLineBytesMax - 15)}\r\n`))).toMatchObject({
      kind: 'broken',
      detail: expect.stringContaining('107'),
    });
  });

  test.each([
    ['PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n', 'protocol'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n', 'two addresses'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n', 'two addresses'],
    ['PROXY TCP4 1.2.3.4 ::1 1 2\r\n', 'IPv4'],
    ['PROXY TCP6 1.2.3.4 ::1 1 2\r\n', 'IPv6'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n', 'port'],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n', 'port'],
    ['PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n', 'two addresses'],
  ])('finds %j broken', (text, detail) => {
    expect(readProxyHeader(line(text))).toMatchObject({
      kind: 'broken',
      version: 1,
      detail: expect.stringContaining(detail),
    });
  });
});

describe('version 2', () => {
  test('reads IPv4 and IPv6 ends and skips TLVs', () => {
    const tlv = [0x01, 0x00, 0x02, 0x68, 0x32]; // ALPN "h2"
    const reading = readProxyHeader(binary(0x21, 0x11, [...ipv4Block, ...tlv]));
    expect(reading).toEqual({ kind: 'header', version: 2, addresses: ipv4Addresses, bytes: 16 + 12 + 5 });
    const one = [...new Array<number>(15).fill(0), 1];
    expect(readProxyHeader(binary(0x21, 0x21, [...one, ...one, 0, 1, 0, 2]))).toMatchObject({
      addresses: { source: { host: '::1', port: 1 }, destination: { host: '::1', port: 2 } },
    });
    const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1];
    expect(readProxyHeader(binary(0x21, 0x21, [...mapped, ...mapped, 0, 1, 0, 2]))).toMatchObject({
      addresses: { source: { host: '10.0.0.1' } },
    });
  });

  test.each([
    ['LOCAL, whatever stands behind it', binary(0x20, 0x11, ipv4Block)],
    ['LOCAL without a block', binary(0x20, 0x00, [])],
    ['an unspecified family', binary(0x21, 0x00, [])],
    ['an unspecified family with a TLV', binary(0x21, 0x00, [0x04, 0x00, 0x00])],
    ['sockets of a file system', binary(0x21, 0x31, new Array<number>(216).fill(0x2f))],
  ])('takes %s as a header that names nobody', (_, bytes) => {
    expect(readProxyHeader(bytes)).toEqual({ kind: 'header', version: 2, addresses: null, bytes: bytes.length });
  });

  test.each([
    ['version', binary(0x11, 0x11, ipv4Block)],
    ['command', binary(0x22, 0x11, ipv4Block)],
    ['family', binary(0x21, 0x41, ipv4Block)],
    ['family', binary(0x21, 0x13, ipv4Block)],
    ['too short', binary(0x21, 0x11, ipv4Block.slice(1))],
    ['too short', binary(0x21, 0x31, new Array<number>(215).fill(0))],
    ['cut off', binary(0x21, 0x11, [...ipv4Block, 4, 0])],
    ['longer than the header', binary(0x21, 0x11, [...ipv4Block, 4, 0, 1])],
    ['four bytes', binary(0x21, 0x11, [...ipv4Block, 3, 0, 0])],
    ['checksum is wrong', binary(0x21, 0x11, [...ipv4Block, 3, 0, 4, 1, 2, 3, 4])],
  ])('finds a wrong %s', (detail, bytes) => {
    expect(readProxyHeader(bytes)).toMatchObject({
      kind: 'broken',
      version: 2,
      detail: expect.stringContaining(detail),
    });
  });

  test('refuses an endless header as soon as its length is known', () => {
    const head = Uint8Array.from([...signature, 0x21, 0x11, 0xff, 0xff]);
    expect(readProxyHeader(head)).toMatchObject({
      kind: 'broken',
      detail: expect.stringContaining(`${proxyHeaderBytesMax}`),
    });
  });

  test('accepts a right checksum', () => {
    const blank = binary(0x21, 0x11, [...ipv4Block, 3, 0, 4, 0, 0, 0, 0]);
    const signed = blank.slice();
    new DataView(signed.buffer).setUint32(signed.length - 4, crc32c(blank));
    expect(readProxyHeader(signed)).toMatchObject({ kind: 'header', addresses: ipv4Addresses });
  });
});

describe('writing', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6());
  const end = fc.record({ host: ip, port: fc.nat(65_535) });

  test('what was written is read, however it is cut, and nothing behind it', () => {
    fc.assert(
      fc.property(end, end, fc.uint8Array({ maxLength: 20 }), (source, destination, rest) => {
        const header = writeProxyHeader({ source, destination });
        const bytes = Uint8Array.from([...header, ...rest]);
        for (let cut = 0; cut < header.length; cut += 1) {
          expect(readProxyHeader(bytes.subarray(0, cut))).toEqual({ kind: 'more' });
        }
        const reading = readProxyHeader(bytes);
        expect(reading).toMatchObject({ kind: 'header', version: 2, bytes: header.length });
        const addresses = (reading as { addresses: ProxyAddresses }).addresses;
        expect([addresses.source.port, addresses.destination.port]).toEqual([source.port, destination.port]);
        // Written again, the ends that were read make the same bytes or, where IPv6 stood for IPv4, fewer.
        expect(readProxyHeader(writeProxyHeader(addresses))).toMatchObject({ addresses });
      }),
    );
  });

  test('version 1 lines too are cut anywhere', () => {
    const bytes = line('PROXY TCP4 192.168.0.7 10.1.2.3 56324 9092\r\n');
    for (let cut = 0; cut < bytes.length; cut += 1) {
      expect(readProxyHeader(bytes.subarray(0, cut))).toEqual({ kind: 'more' });
    }
  });

  test('writes the bytes of the specification', () => {
    expect([...writeProxyHeader(ipv4Addresses)]).toEqual([...binary(0x21, 0x11, ipv4Block)]);
    expect([...writeProxyHeader(null)]).toEqual([...binary(0x20, 0x00, [])]);
    const unknown = { ...ipv4Addresses, source: { host: '?', port: 0 } };
    expect([...writeProxyHeader(unknown)]).toEqual([...binary(0x20, 0x00, [])]);
  });

  test('writes two families as IPv6, and no zone', () => {
    const mixed = { source: { host: 'fe80::1%eth0', port: 1 }, destination: { host: '10.0.0.1', port: 2 } };
    expect(readProxyHeader(writeProxyHeader(mixed))).toMatchObject({
      addresses: { source: { host: 'fe80::1', port: 1 }, destination: { host: '10.0.0.1', port: 2 } },
    });
  });
});

describe('any bytes', () => {
  test('are a header, broken, foreign or not enough; never an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom([], signature, [...line('PROXY ')]),
        (noise, head) => {
          const bytes = Uint8Array.from([...head, ...noise]);
          const reading = readProxyHeader(bytes);
          if (reading.kind === 'header') expect(reading.bytes).toBeLessThanOrEqual(bytes.length);
          if (reading.kind === 'foreign') expect(bytes.length).toBeGreaterThanOrEqual(4);
        },
      ),
    );
  });

  test('too few to be named are waited for', () => {
    expect(readProxyHeader(line('GET'))).toEqual({ kind: 'more' });
    expect(readProxyHeader(line('GET '))).toEqual({ kind: 'foreign' });
    expect(readProxyHeader(line('PROXY'))).toEqual({ kind: 'more' });
    expect(readProxyHeader(line('PROXIED'))).toEqual({ kind: 'foreign' });
  });
});
