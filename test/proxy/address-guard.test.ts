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
});
