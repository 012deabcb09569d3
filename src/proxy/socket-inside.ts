import type net from 'node:net';
import type tls from 'node:tls';

/**
 * Takes the handle out of an accepted socket. Without this step the server would count the emptied socket for ever
 * and `server.close()` would never end. Null when Node's inside looks otherwise than in Node 22 and 24.
 */
export function takeHandle(accepted: net.Socket): object | null {
  const inside = accepted as unknown as { _handle?: unknown };
  const handle = inside._handle;
  if (typeof handle !== 'object' || handle === null) return null;
  if (!('readStart' in handle) || !('useUserBuffer' in handle)) return null;
  inside._handle = null;
  if (inside._handle !== null) return null;
  accepted.destroy();
  return handle;
}

/**
 * Makes a TLS socket read into `buffer` from now on, which `onread` does for sockets that the program makes itself;
 * `arrived` hears how many bytes each record brought and must have copied them when it returns. False, and nothing
 * done, when Node's inside looks otherwise than in Node 22 and 24.
 */
export function readInto(socket: tls.TLSSocket, buffer: Uint8Array, arrived: (bytesRead: number) => void): boolean {
  const inside = socket as unknown as Record<symbol, unknown> & { readonly _handle?: unknown };
  const handle = inside._handle;
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) return false;
  const { useUserBuffer } = handle;
  const own = Object.getOwnPropertySymbols(socket);
  const [bufferKey, callbackKey, generatorKey] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
    own.find(({ description }) => description === name),
  );
  if (bufferKey === undefined || callbackKey === undefined || generatorKey === undefined) return false;
  if (typeof useUserBuffer !== 'function' || inside[bufferKey] !== null) return false;
  useUserBuffer.call(handle, buffer);
  inside[callbackKey] = arrived;
  inside[bufferKey] = buffer;
  return true;
}
