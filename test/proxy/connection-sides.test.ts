import { expect, test } from 'vitest';
import { brokerSide, clientSide, type TwoSided } from '../../src/proxy/connection-sides.ts';

test('each socket tells its own side', () => {
  const heard: string[] = [];
  const connection: TwoSided = {
    clientBytes: ({ length }) => heard.push(`client ${length} bytes`),
    clientEnded: () => heard.push('client ended'),
    clientSettled: () => heard.push('client settled'),
    brokerBytes: ({ length }) => heard.push(`broker ${length} bytes`),
    brokerEnded: () => heard.push('broker ended'),
    brokerSettled: () => heard.push('broker settled'),
    socketClosed: (side, error) => heard.push(`${side} closed ${error?.message ?? 'in order'}`),
  };
  for (const side of [clientSide(connection), brokerSide(connection)]) {
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
