import { describe, expect, it } from 'vitest';
import { expandLabel, prf } from '../../../src/capture/tls/key-schedule.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('key schedules', () => {
  it('TLS 1.3 derives the keys of RFC 8448 §3', () => {
    const secret = hex('b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21');
    expect(expandLabel('sha256', secret, 'key', 16).toString('hex')).toBe('dbfaa693d1762c5b666af5d950258d01');
    expect(expandLabel('sha256', secret, 'iv', 12).toString('hex')).toBe('5bd3c71b836e0b76bb73265f');
  });

  it('TLS 1.2 derives the well-known vector of its PRF', () => {
    const made = prf(
      'sha256',
      hex('9bbe436ba940f017b17652849a71db35'),
      'test label',
      hex('a0ba9f936cda311827a6f796ffd5198c'),
      100,
    );
    expect(made.toString('hex')).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    );
  });
});
