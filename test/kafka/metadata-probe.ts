import { connect } from 'node:net';

/**
 * Metadata v0 with one topic name that is no valid name (so that nothing is auto-created), written byte by byte:
 * readiness must not depend on the codec under test.
 */
const request = Buffer.from([
  0,
  0,
  0,
  19, // size
  0,
  3, // api key Metadata
  0,
  0, // version 0
  0,
  0,
  0,
  7, // correlation id
  0,
  2,
  0x6b,
  0x73, // client id "ks"
  0,
  0,
  0,
  1, // one topic
  0,
  1,
  0x2f, // "/"
]);
const probeTimeoutMs = 2_000;

/** How many live brokers the node at this port knows; 0 while it cannot answer. */
export function brokersSeen(port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = Buffer.alloc(0);
    const finish = (count: number): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(count);
    };
    const timer = setTimeout(() => finish(0), probeTimeoutMs);
    socket.on('connect', () => socket.write(request));
    socket.on('error', () => finish(0));
    socket.on('close', () => finish(0));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      // size (4), correlation id (4), then the length of the broker array
      if (received.length >= 12) {
        finish(received.readInt32BE(8));
      }
    });
  });
}
