import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  certificateSubject,
  readClientHello,
  readEncryptedExtensions,
  readServerHello,
  versionName,
} from '../../../src/capture/tls/hello.ts';

const extension = (type: number, data: readonly number[]) => [0, type, 0, data.length, ...data];
const name = [...Buffer.from('b.test')];
const clientHello = (extensions: readonly number[]) =>
  Buffer.from([3, 3, ...Buffer.alloc(32, 9), 0, 0, 2, 0x13, 1, 1, 0, 0, extensions.length, ...extensions]);

describe('hellos', () => {
  it('of a client: name, protocols, versions without GREASE, early data', () => {
    const hello = readClientHello(
      clientHello([
        ...extension(0, [0, name.length + 3, 0, 0, name.length, ...name]),
        ...extension(16, [0, 6, 5, ...Buffer.from('kafka')]),
        ...extension(43, [6, 0x3a, 0x3a, 3, 4, 3, 3]),
        ...extension(42, []),
      ]),
    );
    expect(hello).toMatchObject({ sni: 'b.test', alpn: ['kafka'], versions: [0x304, 0x303], earlyData: true });
  });

  it('of a server: version, suite, encrypt-then-mac', () => {
    const base = [3, 3, ...Buffer.alloc(32, 8), 0, 0xc0, 0x14, 0];
    expect(readServerHello(Buffer.from([...base, 0, 4, ...extension(22, [])]))).toMatchObject({
      version: 0x303,
      suite: 0xc014,
      encryptThenMac: true,
      retry: false,
    });
    expect(readServerHello(Buffer.from(base))).toMatchObject({ encryptThenMac: false, alpn: null });
  });

  it('contradicting themselves are none, and never an exception', () => {
    expect(readClientHello(Buffer.from([3, 3, 1]))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readClientHello(bytes);
        readServerHello(bytes);
        readEncryptedExtensions(bytes);
        expect(certificateSubject(bytes, true)).toBeNull();
      }),
    );
  });

  it('name versions as people do', () => {
    expect([0x304, 0x303, 0x302, 0x301, 0x300, 0x7f1c].map(versionName)).toEqual([
      'TLSv1.3',
      'TLSv1.2',
      'TLSv1.1',
      'TLSv1',
      'SSLv3',
      '0x7f1c',
    ]);
  });
});
