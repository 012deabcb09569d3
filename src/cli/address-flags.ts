import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseAdvertisePattern } from '../proxy/advertise-pattern.ts';
import type { ProxyProtocolOptions } from '../proxy/proxy-options.ts';
import { CliError, exitCode } from './cli-error.ts';

/** The flags of names, ports and client addresses, as commander names them. */
export interface AddressFlags {
  readonly advertise?: string;
  readonly advertisePattern?: string;
  readonly brokerPorts?: number;
  readonly brokerPort: readonly unknown[];
  readonly proxyProtocol: readonly ProxyDirection[];
}

type ProxyDirection = 'in' | 'out';

/** Adds `--advertise-pattern` and `--proxy-protocol` to `proxy`. */
export function addAddressFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--advertise-pattern <name>',
        "one TLS port for all brokers, routed by the name asked for (SNI), such as 'b{nodeId}.kafka.local'",
      ).env('KAFKA_SCOPE_ADVERTISE_PATTERN'),
    )
    .addOption(
      new Option(
        '--proxy-protocol <in|out>',
        'PROXY protocol: in expects a v1 or v2 header from clients, out sends one to brokers (repeatable, or in,out)',
      )
        .argParser(collectDirections)
        .default([], 'neither')
        .env('KAFKA_SCOPE_PROXY_PROTOCOL'),
    );
}

function collectDirections(text: string, previous: readonly ProxyDirection[]): readonly ProxyDirection[] {
  const directions = [...previous];
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part !== 'in' && part !== 'out') {
      throw new InvalidArgumentError(`"${part}" is neither in nor out; write in, out, or in,out.`);
    }
    if (!directions.includes(part)) directions.push(part);
  }
  return directions;
}

/** What the run is told of them; throws a usage error where they cannot go together. */
export function addressOptionsOf(
  flags: AddressFlags,
  clientsSpeakTls: boolean,
): { readonly advertisePattern: string | null; readonly proxyProtocol: ProxyProtocolOptions } {
  const proxyProtocol = { in: flags.proxyProtocol.includes('in'), out: flags.proxyProtocol.includes('out') };
  if (flags.advertisePattern === undefined) return { advertisePattern: null, proxyProtocol };
  const pattern = parseAdvertisePattern(flags.advertisePattern);
  if (pattern.kind === 'error') throw new CliError(pattern.message, exitCode.usage);
  const conflict = conflictOf(flags, clientsSpeakTls);
  if (conflict !== null) throw new CliError(`--advertise-pattern ${conflict}`, exitCode.usage);
  return { advertisePattern: pattern.value, proxyProtocol };
}

function conflictOf(flags: AddressFlags, clientsSpeakTls: boolean): string | null {
  if (!clientsSpeakTls) {
    return 'routes by the server name of TLS, so clients must speak it: add --tls-auto, or --tls-cert and --tls-key.';
  }
  if (flags.advertise !== undefined) {
    return 'tells clients a name for each broker, --advertise one name for all: drop one of them.';
  }
  if (flags.brokerPorts !== undefined || flags.brokerPort.length > 0) {
    return 'serves all brokers on the port of --listen: drop --broker-ports and --broker-port.';
  }
  return null;
}
