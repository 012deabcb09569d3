import type { Side } from '../wire/segment.ts';
import type { SocketHandler } from './onread-socket.ts';

/** A connection, as its two sockets know it. */
export interface TwoSided {
  clientBytes(bytes: Uint8Array): void;
  clientEnded(): void;
  clientSettled(): void;
  brokerBytes(bytes: Uint8Array): void;
  brokerEnded(): void;
  brokerSettled(): void;
  socketClosed(side: Side, error: Error | null): void;
}

/** What happens on the client's socket. */
export function clientSide(connection: TwoSided): SocketHandler {
  return {
    bytesArrived: (bytes) => connection.clientBytes(bytes),
    peerEnded: () => connection.clientEnded(),
    writesSettled: () => connection.clientSettled(),
    closed: (error) => connection.socketClosed('client', error),
  };
}

/** What happens on the broker's socket. */
export function brokerSide(connection: TwoSided): SocketHandler {
  return {
    bytesArrived: (bytes) => connection.brokerBytes(bytes),
    peerEnded: () => connection.brokerEnded(),
    writesSettled: () => connection.brokerSettled(),
    closed: (error) => connection.socketClosed('broker', error),
  };
}
