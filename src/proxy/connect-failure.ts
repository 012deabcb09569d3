import { formatHostPort, type HostPort } from './host-port.ts';

/** Why a connection did not come to be: a stable word, and a sentence with cause and next step. */
export interface ConnectFailure {
  readonly reason: string;
  readonly message: string;
  /** The connection came to be, and the broker did not let us in. */
  readonly authentication?: true;
}

/** Words for a failed attempt: cause first, then what to look at. */
export function describeFailure(target: HostPort, code: string): ConnectFailure {
  const name = formatHostPort(target.host, target.port);
  switch (code) {
    case 'ECONNREFUSED':
      return {
        reason: 'connection-refused',
        message: `Nothing listens at ${name} (connection refused): start the broker there or check host and port.`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return {
        reason: 'name-not-found',
        message: `The name ${target.host} has no address (${code}): check its spelling and DNS.`,
      };
    case 'ETIMEDOUT':
      return {
        reason: 'connect-timeout',
        message: `${name} did not answer in time: check host, port and firewall, or raise --connect-timeout.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        reason: 'unreachable',
        message: `There is no network route to ${name} (${code}): check network and VPN.`,
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        reason: 'too-many-open-files',
        message: `No file descriptor was free to connect to ${name} (${code}): raise the limit with ulimit -n.`,
      };
    default:
      return { reason: 'connect-failed', message: `Connecting to ${name} failed (${code || 'no reason given'}).` };
  }
}
