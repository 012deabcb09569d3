import { expect, test } from 'vitest';
import { brokerSide, clientSide, type TwoEnds, type TwoWays } from '../../src/proxy/connection-sides.ts';

test('each socket tells its own side', () => {
  const heard: string[] = [];
  const connection: TwoWays & TwoEnds = {
    clientBytes: ({ length }) => heard.push(`client ${length} bytes`),
    clientSettled: () => heard.push('client settled'),
    brokerBytes: ({ length }) => heard.push(`broker ${length} bytes`),
    peerEnded: (from) => heard.push(`${from} ended`),
    brokerSettled: () => heard.push('broker settled'),
    socketClosed: (side, error) => heard.push(`${side} closed ${error?.message ?? 'in order'}`),
  };
  for (const side of [clientSide(connection, connection), brokerSide(connection, connection)]) {
    side.bytesArrived(new Uint8Array(3));
    side.peerEnded();
    side.writesSettled();
    side.closed(null);
    side.closed(new Error('cut'));
  }
  expect(heard).toEqual(
    ['client', 'broker'].flatMap((name) => [
      `${name} 3 bytes`,
      `${name} ended`,
      `${name} settled`,
      `${name} closed in order`,
      `${name} closed cut`,
    ]),
  );
});
