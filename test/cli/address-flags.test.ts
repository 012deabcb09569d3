import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type AddressFlags, addAddressFlags, addressOptionsOf } from '../../src/cli/address-flags.ts';
import { CliError } from '../../src/cli/cli-error.ts';

function parse(...words: string[]): AddressFlags {
  const command = addAddressFlags(new Command('proxy'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return { ...command.parse(words, { from: 'user' }).opts<AddressFlags>(), brokerPort: [] };
}

function sentence(flags: AddressFlags, tls = true): string {
  try {
    addressOptionsOf(flags, tls);
  } catch (error) {
    if (error instanceof CliError) return `${error.code} ${error.message}`;
  }
  return 'no error';
}

describe('--proxy-protocol', () => {
  test('is neither unless asked for, and may be both', () => {
    expect(addressOptionsOf(parse(), false)).toEqual({
      advertisePattern: null,
      proxyProtocol: { in: false, out: false },
    });
    expect(addressOptionsOf(parse('--proxy-protocol', 'in'), false).proxyProtocol).toEqual({ in: true, out: false });
    for (const words of [
      ['--proxy-protocol', 'in,out'],
      ['--proxy-protocol', 'out', '--proxy-protocol', 'in'],
    ]) {
      expect(addressOptionsOf(parse(...words), false).proxyProtocol).toEqual({ in: true, out: true });
    }
  });

  test('knows nothing else', () => {
    expect(() => parse('--proxy-protocol', 'v2')).toThrow('"v2" is neither in nor out');
  });
});

describe('--advertise-pattern', () => {
  const pattern = ['--advertise-pattern', 'b{nodeId}.kafka.local'];

  test('goes on as it was written', () => {
    expect(addressOptionsOf(parse(...pattern), true).advertisePattern).toBe('b{nodeId}.kafka.local');
  });

  test('is a usage error where it cannot work', () => {
    expect(sentence(parse('--advertise-pattern', 'b{nodeId}.kafka.local:9093'))).toMatch(/^2 .* has a port; /);
    expect(sentence(parse(...pattern), false)).toBe(
      '2 --advertise-pattern routes by the server name of TLS, so clients must speak it: add --tls-auto, or --tls-cert and --tls-key.',
    );
    expect(sentence({ ...parse(...pattern), advertise: 'proxy.internal' })).toContain('drop one of them');
    expect(sentence({ ...parse(...pattern), brokerPorts: 0 })).toContain('drop --broker-ports');
    expect(sentence({ ...parse(...pattern), brokerPort: [[1, 2]] })).toContain('--broker-port');
  });
});
