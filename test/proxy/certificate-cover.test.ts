import { describe, expect, test } from 'vitest';
import { AdvertisePattern } from '../../src/proxy/advertise-pattern.ts';
import { CertificateCover } from '../../src/proxy/certificate-cover.ts';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';

const authority = makeAuthority(Date.now());
const pattern = new AdvertisePattern('b{nodeId}.kafka.local');
const cover = (...names: string[]) => new CertificateCover(makeLeaf(authority, names, Date.now()).cert, pattern);

describe('CertificateCover', () => {
  test('a wildcard holds all brokers and controllers', () => {
    const wildcard = cover('*.kafka.local');
    expect(wildcard.warning()).toBeNull();
    expect([wildcard.warningFor('b7.kafka.local'), wildcard.warningFor('controller-b7.kafka.local')]).toEqual([
      null,
      null,
    ]);
  });

  test('a certificate for something else is told of at start', () => {
    expect(cover('kafka.local', '127.0.0.1').warning()).toBe(
      'The certificate of --tls-cert holds no name of --advertise-pattern b{nodeId}.kafka.local, so clients that verify names will refuse every broker; use one for *.kafka.local, or --tls-auto. It holds: kafka.local, 127.0.0.1.',
    );
    expect(cover('*.b1.kafka.local').warning()).not.toBeNull();
  });

  test('names listed one by one are looked at one by one, and each missing one is told of once', () => {
    const listed = cover('b1.kafka.local', 'b2.kafka.local');
    expect([listed.warning(), listed.warningFor('b1.kafka.local')]).toEqual([null, null]);
    expect(listed.warningFor('b3.kafka.local')).toContain('does not hold b3.kafka.local');
    expect(listed.warningFor('b3.kafka.local')).toBeNull();
  });
});
