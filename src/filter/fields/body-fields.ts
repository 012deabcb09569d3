import type { FieldData } from '../../protocol/message.ts';
import { distinctValues } from './body-values.ts';
import { acksWords } from './enum-words.ts';
import { each, type Field, type FieldType, listOf } from './field.ts';

function isWhole(value: FieldData): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isText(value: FieldData): value is string {
  return typeof value === 'string' && value !== '';
}

/** Ids are never negative; -1 stands for "none" all over the protocol. */
function isId(value: FieldData): value is number | bigint {
  return isWhole(value) && value >= 0;
}

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';

function isTopicId(value: FieldData): value is string {
  return typeof value === 'string' && value !== zeroUuid;
}

/** A field whose values are the distinct ones of the body fields with these names, of request and response. */
function named<Value extends string | number | bigint>(
  name: string,
  type: FieldType,
  help: string,
  names: readonly string[] | ((name: string) => boolean),
  isValue: (value: FieldData) => value is Value,
): Field {
  const wanted = typeof names === 'function' ? names : (field: string) => names.includes(field);
  const list = listOf<Value>(name, (exchange, context) => distinctValues(exchange, context, wanted, isValue));
  return each(name, type, help, list, (value) => value, { needsBody: true });
}

/** Produce calls it `index`, others `partition`, `partitionIndex` or a plain list; all of them mean a partition. */
const partitionNames = ['partition', 'partitionIndex', 'partitions', 'partitionIndexes', 'partitionId', 'index'];

const acks = listOf<number>('acks', (exchange, context) => {
  if (exchange.apiKey !== 0) return [];
  const value = context.decodedBody(exchange, 'request')?.acks;
  return typeof value === 'number' ? [value] : [];
});

/** What only the decoded bodies tell. */
export const bodyFields: readonly Field[] = [
  named('topic.id', 'text', 'topic ids, 22 characters', ['topicId', 'topicIds'], isTopicId),
  named('partition', 'identifier', 'partitions named in request or response', partitionNames, isId),
  named('member', 'text', 'group member ids', ['memberId', 'memberIds'], isText),
  named(
    'generation',
    'identifier',
    'group generation or member epoch',
    ['generationId', 'generationIdOrMemberEpoch', 'memberEpoch'],
    isId,
  ),
  named('producer.id', 'identifier', 'producer ids', ['producerId'], isId),
  named(
    'epoch',
    'identifier',
    'epochs: leader, producer, session, partition',
    (name) => name === 'epoch' || name.endsWith('Epoch'),
    isId,
  ),
  each('acks', 'enum', 'acks of a Produce: all, leader or none', acks, (value) => value, {
    words: acksWords,
    needsBody: true,
  }),
];
