import type { Side } from '../wire/segment.ts';
import type { SocketHandler } from './onread-socket.ts';

/** What goes through a connection, as its two sockets know it. */
export interface TwoWays {
  clientBytes(bytes: Uint8Array): void;
  clientSettled(): void;
  brokerBytes(bytes: Uint8Array): void;
  brokerSettled(): void;
}

/** Who hears how they end. */
export interface TwoEnds {
  peerEnded(from: Side): void;
  socketClosed(side: Side, error: Error | null): void;
}

/** What happens on the client's socket. */
export function clientSide(traffic: TwoWays, ends: TwoEnds): SocketHandler {
  return {
    bytesArrived: (bytes) => traffic.clientBytes(bytes),
    writesSettled: () => traffic.clientSettled(),
    peerEnded: () => ends.peerEnded('client'),
    closed: (error) => ends.socketClosed('client', error),
  };
}

/** What happens on the broker's socket. */
export function brokerSide(traffic: TwoWays, ends: TwoEnds): SocketHandler {
  return {
    bytesArrived: (bytes) => traffic.brokerBytes(bytes),
    writesSettled: () => traffic.brokerSettled(),
    peerEnded: () => ends.peerEnded('broker'),
    closed: (error) => ends.socketClosed('broker', error),
  };
}
