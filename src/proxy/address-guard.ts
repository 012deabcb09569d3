import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { formatIp, parseIp, unmappedIpBytes } from '../wire/ip-address.ts';
import type { HostPort } from './host-port.ts';

/** Link-local addresses serve cloud metadata (169.254.169.254) and neighbours, never brokers; `0.0.0.0` means "me". */
const refusedRanges = new net.BlockList();
refusedRanges.addSubnet('169.254.0.0', 16, 'ipv4');
refusedRanges.addSubnet('fe80::', 10, 'ipv6');
refusedRanges.addAddress('fd00:ec2::254', 'ipv6');
refusedRanges.addAddress('0.0.0.0', 'ipv4');
refusedRanges.addAddress('::', 'ipv6');

/** Connecting to "no address" reaches this machine itself. */
const unspecified: readonly string[] = ['0.0.0.0', '::'];

const loopbackRanges = new net.BlockList();
loopbackRanges.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackRanges.addAddress('::1', 'ipv6');

function isIn(ranges: net.BlockList, address: string): boolean {
  const family = net.isIP(address);
  return family !== 0 && ranges.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Says why the proxy must not connect to an address a broker response named, or null when it may. A cluster's
 * metadata names hosts at will; it must not steer the proxy to itself or into the machine's own plumbing. What the
 * user wrote (`chosenByUser`) is only kept from being the proxy itself.
 */
export function refusalOf(
  address: string,
  port: number,
  own: readonly HostPort[],
  chosenByUser: boolean,
): string | null {
  const plain = canonical(address);
  if (!chosenByUser && isIn(refusedRanges, plain)) {
    return `${plain} is a link-local or unspecified address, no broker's`;
  }
  if (own.some((listener) => listener.port === port && reaches(plain, canonical(listener.host)))) {
    return 'that is a listener of this proxy, and it would connect to itself';
  }
  return null;
}

/**
 * One spelling for each address: IPv4 in IPv6 form is the IPv4 address it reaches, and a zone index (fe80::1%eth0),
 * which only says through which interface, is left out. A name stays as it is.
 */
function canonical(address: string): string {
  const plain = address.split('%', 1)[0] ?? '';
  const bytes = parseIp(plain);
  return bytes === null ? plain : formatIp(unmappedIpBytes(bytes));
}

/** True when connecting to `address` ends at a listener bound to `host`. */
function reaches(address: string, host: string): boolean {
  if (address === host) return true;
  const everywhere = unspecified.includes(host);
  if (unspecified.includes(address)) return everywhere || host === 'localhost' || isIn(loopbackRanges, host);
  if (host === 'localhost') return isIn(loopbackRanges, address);
  if (!everywhere) return false;
  if (isIn(loopbackRanges, address)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => canonical(own.address) === address));
}
