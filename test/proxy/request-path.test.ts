import { expect, test } from 'vitest';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { ExpectedResponses } from '../../src/proxy/expected-responses.ts';
import { RequestPath } from '../../src/proxy/request-path.ts';
import { RewriteTally } from '../../src/proxy/rewrite-tally.ts';
import { framed } from '../support/conversation.ts';

const heartbeat = (correlationId: number): Uint8Array =>
  framed(encodeRequest({ apiKey: 12, apiVersion: 4, correlationId, clientId: 'c', body: {} }));

function pathThatSkips(skips: (apiKey: number) => boolean) {
  const expected = new ExpectedResponses();
  const skipped: string[] = [];
  const lost: string[] = [];
  const path = new RequestPath(
    {
      event: () => undefined,
      looksAt: (apiKey) => !skips(apiKey),
      requestSkipped: (apiKey, apiVersion, frameBytes) => skipped.push(`${apiKey}.${apiVersion} ${frameBytes}`),
    },
    expected,
    new RewriteTally(),
    (reason) => lost.push(reason),
  );
  return { path, expected, skipped, lost };
}

test('a skipped request is not shown, and its response is expected as skipped', () => {
  const { path, expected, skipped } = pathThatSkips(() => true);
  const bytes = heartbeat(5);
  path.receive(bytes, 40);
  expect(path.looked.none).toBe(true);
  expect(skipped).toEqual([`12.4 ${bytes.length}`]);
  expect(expected.take(5)).toBe((12 << 16) | 4);
  expect([expected.takenSkipped, expected.takenUs]).toEqual([true, 40]);
});

test('the time of a request is that of its last byte', () => {
  const { path, expected } = pathThatSkips(() => true);
  const bytes = heartbeat(5);
  path.receive(bytes.slice(0, 20), 40);
  path.receive(bytes.slice(20), 70);
  expected.take(5);
  expect([expected.takenSkipped, expected.takenUs]).toEqual([true, 70]);
});

test('a request whose head was cut is looked at: it was shown before anybody knew', () => {
  const { path, expected } = pathThatSkips(() => true);
  const bytes = heartbeat(5);
  path.receive(bytes.slice(0, 7), 40);
  expect(path.looked.wholeOf(7)).toBe(true);
  path.receive(bytes.slice(7), 70);
  expect(path.looked.wholeOf(bytes.length - 7)).toBe(true);
  expected.take(5);
  expect(expected.takenSkipped).toBe(false);
});

test('what is no request is shown, and said', () => {
  const { path, lost } = pathThatSkips(() => true);
  const bytes = new Uint8Array(Buffer.concat([heartbeat(1), Buffer.from('GET / HTTP/1.1\r\n\r\n')]));
  path.receive(bytes, 40);
  expect(lost).toEqual(['the announced frame size is impossible']);
  expect(path.looked.fromOf(0)).toBe(heartbeat(1).length);
  expect(path.looked.behind(0)).toMatchObject({ frames: 1 });
});
