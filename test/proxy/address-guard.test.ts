import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../src/proxy/address-guard.ts';

describe('refusalOf', () => {
  const own = [{ host: '127.0.0.1', port: 19_092 }];

  test('lets brokers be brokers', () => {
    for (const address of ['127.0.0.1', '10.0.0.1', '192.168.1.5', '::1', '2001:db8::1', '::ffff:10.0.0.1']) {
      expect(refusalOf(address, 9092, own, false)).toBeNull();
    }
  });

  test.each(['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fe80::1%eth0', '0.0.0.0', '::', 'fd00:ec2::254'])(
    'refuses %s when a response named it, not when the user wrote it',
    (address) => {
      expect(refusalOf(address, 9092, own, false)).toContain('no broker');
      expect(refusalOf(address, 9092, own, true)).toBeNull();
    },
  );

  test('never connects the proxy to itself', () => {
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1']) {
      expect(refusalOf(address, 19_092, own, true)).toContain('connect to itself');
    }
    expect(refusalOf('127.0.0.2', 19_092, own, true)).toBeNull();
    const everywhere = [{ host: '0.0.0.0', port: 19_092 }];
    expect(refusalOf('127.0.0.9', 19_092, everywhere, true)).toContain('itself');
    expect(refusalOf('203.0.113.7', 19_092, everywhere, true)).toBeNull();
    expect(refusalOf('::1', 19_092, [{ host: 'localhost', port: 19_092 }], true)).toContain('itself');
    expect(refusalOf('10.0.0.1', 19_092, [{ host: 'localhost', port: 19_092 }], true)).toBeNull();
  });

  test('knows its own listener in every spelling', () => {
    for (const address of ['::ffff:7f00:1', '0:0:0:0:0:ffff:127.0.0.1', '0.0.0.0', '::', '::0']) {
      expect(refusalOf(address, 19_092, own, true), address).toContain('itself');
    }
    const six = [{ host: '::1', port: 19_092 }];
    expect(refusalOf('0:0:0:0:0:0:0:1', 19_092, six, true)).toContain('itself');
    expect(refusalOf('::', 19_092, six, true)).toContain('itself');
    expect(refusalOf('0.0.0.0', 19_092, [{ host: '192.0.2.7', port: 19_092 }], true)).toBeNull();
    const everywhere = [{ host: '::', port: 19_092 }];
    for (const address of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
      expect(refusalOf(address, 19_092, everywhere, true), address).toContain('itself');
    }
    for (const { address } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      expect(refusalOf(address, 19_092, everywhere, true), address).toContain('itself');
    }
  });

  test('sees a link-local address through every spelling', () => {
    for (const address of ['::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:169.254.1.1', 'FE80::1', 'febf::1']) {
      expect(refusalOf(address, 9092, own, false), address).toContain('no broker');
    }
    expect(refusalOf('fec0::1', 9092, own, false)).toBeNull();
  });
});
