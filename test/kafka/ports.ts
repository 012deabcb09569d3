import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Linux hands out 32768-60999 to outgoing connections, which can then hold the port a broker wants to bind.
const firstPort = 20_000;
const lastPort = 31_900;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

/** `count` different free ports below the ephemeral range, from a random place so that two runs rarely meet. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  let candidate = randomInt(firstPort, lastPort - count * 4);
  while (ports.length < count) {
    if (candidate >= lastPort) {
      throw new Error(`no ${count} free ports were found between ${firstPort} and ${lastPort}`);
    }
    if (await isFree(candidate)) {
      ports.push(candidate);
    }
    candidate += 1;
  }
  return ports;
}
