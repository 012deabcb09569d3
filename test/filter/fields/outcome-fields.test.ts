import { expect, test } from 'vitest';
import { outcomeFields } from '../../../src/filter/fields/outcome-fields.ts';
import { messageOf } from '../../metrics/exchange-of.ts';
import { matching } from '../matching.ts';

test('what came of it', () => {
  const opaque = { reason: 'malformed', detail: '', offset: 3 } as const;
  const exchange = {
    seq: 7,
    guessed: true,
    response: messageOf(1, { opaque }),
    errors: [{ code: 6, name: 'NOT_LEADER_OR_FOLLOWER', path: 'responses[0].errorCode', message: 'moved' }],
    tags: ['deprecated', 'held', 'edited', 'injected', 'replayed', 'retried', 'mine'],
  };
  const texts = [
    'error == NOT_LEADER_OR_FOLLOWER',
    'error.code == 6',
    'error.path startswith "responses"',
    'error.message == "moved"',
    'paired',
    '!decoded',
    'opaque == malformed',
    'guessed',
    'mark',
    'tag == mine',
    'deprecated',
    'held',
    'edited',
    'injected',
    'replayed',
    'retry',
  ];
  expect(texts).toHaveLength(outcomeFields.length);
  expect(matching(texts, exchange)).toEqual(texts);
});

test('a plain success has none of it', () => {
  const names = outcomeFields.map((field) => field.name);
  expect(matching(names, { seq: 8 })).toEqual(['paired', 'decoded']);
});

test('an error without a text of the broker has no message', () => {
  const errors = [{ code: 6, name: 'X', path: 'errorCode', message: null }];
  expect(matching(['error.message', 'error.path'], { errors })).toEqual(['error.path']);
});
