import type net from 'node:net';
import type { ProxyAddresses } from '../wire/proxy-header.ts';
import { formatHostPort, type HostPort, plainAddress } from './host-port.ts';

/** Both ends of a client's connection, as whoever accepted it saw them: this proxy, or a load balancer before it. */
export interface ClientEnds {
  readonly client: HostPort;
  /** The address the client connected to. */
  readonly local: HostPort;
  /** A load balancer's own connection, by its PROXY header: a health check, which leaves without a word. */
  readonly healthCheck?: boolean;
}

/** The ends of a socket; `?` once it has forgotten them. */
export function endsOf(socket: net.Socket): ClientEnds {
  const { remoteAddress = '?', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  return {
    client: { host: plainAddress(remoteAddress), port: remotePort },
    local: { host: plainAddress(localAddress), port: localPort },
  };
}

/** The ends a PROXY header names, or those of the socket where it names none. */
export function endsFrom(addresses: ProxyAddresses | null, socket: net.Socket): ClientEnds {
  if (addresses === null) return { ...endsOf(socket), healthCheck: true };
  return { client: addresses.source, local: addresses.destination };
}

/** The client as `ip:port`. */
export function clientName({ client }: ClientEnds): string {
  return formatHostPort(client.host, client.port);
}
