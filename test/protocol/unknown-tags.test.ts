import { expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import type { UnknownTag } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { orderUnknownTags } from '../../src/protocol/unknown-tags.ts';

const partition = 'responses[0].partitions[0]';
const paths = [`${partition}.divergingEpoch`, `${partition}.abortedTransactions[0]`, partition, 'responses[0]', ''];

test("tags come in the order of the declared fields, which is not the wire's", () => {
  const unknownTags = paths.map((path): UnknownTag => ({ in: 'body', path, tag: 40, data: new Uint8Array([1]) }));
  const body = {
    responses: [
      {
        topic: 'a',
        partitions: [
          {
            divergingEpoch: { epoch: 1, endOffset: 2n },
            abortedTransactions: [{ producerId: 1n, firstOffset: 2n }],
            records: null,
          },
        ],
      },
    ],
  };
  const bytes = encodeResponse({
    apiKey: 1,
    apiVersion: 12,
    correlationId: 1,
    body,
    unknownTags: unknownTags.toReversed(),
  });
  const message = decodeResponse(bytes, 1, 12);
  if (message.kind === 'opaque') throw new Error(message.detail);
  expect(message.unknownTags.map((tag) => tag.path)).toEqual(paths);
});

test('tags of the header come first, tags of a struct that is not in the body last, none is lost', () => {
  const plan = planFor(1, 'response', 12);
  if (plan === null) throw new Error('no plan');
  const tag = (section: 'header' | 'body', path: string): UnknownTag => ({
    in: section,
    path,
    tag: 1,
    data: new Uint8Array(0),
  });
  const ordered = orderUnknownTags(plan, { responses: [] }, [
    tag('body', 'responses[0]'),
    tag('body', ''),
    tag('header', ''),
  ]);
  expect(ordered.map(({ in: section, path }) => `${section}:${path}`)).toEqual([
    'header:',
    'body:',
    'body:responses[0]',
  ]);
});
