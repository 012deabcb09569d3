import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/filter/filter-error.ts';
import { looksLikePath, parseSchemaPath, printSchemaPath, visitPath } from '../../src/filter/schema-path.ts';
import type { FieldData } from '../../src/protocol/message.ts';
import { produceBody } from './matching.ts';

function refusal(text: string): [number, string] {
  try {
    parseSchemaPath(text, 1);
  } catch (error) {
    if (error instanceof FilterError) return [error.column, error.message];
  }
  throw new Error(`${text} was accepted`);
}

function found(path: string): FieldData[] {
  const values: FieldData[] = [];
  visitPath(produceBody, parseSchemaPath(path, 1).steps, 0, (value) => values.push(value));
  return values;
}

describe('schema path', () => {
  test.each([
    ['req.topicData[*].name', 'req.topicData[*].name'],
    ['req.topic_data[2].partition_data', 'req.topicData[2].partitionData'],
    ['res.ThrottleTimeMs', 'res.throttleTimeMs'],
    ['req.topicData.name', 'req.topicData.name'],
  ])('%s is %s', (written, printed) => {
    expect(printSchemaPath(parseSchemaPath(written, 1))).toBe(printed);
  });

  test.each([
    ['req.topicDato[*]', 5, 'no request has a field "topicDato"; did you mean topicData?'],
    ['res.topicData', 5, 'no response has a field "topicData"; did you mean topicName?'],
    ['req.topics[x]', 11, 'a path goes on with .name, [*] or [number]'],
    ['req.topics[*', 11, 'a path goes on with .name, [*] or [number]'],
    ['req.', 4, 'a path goes on with .name, [*] or [number]'],
    ['req[0].name', 4, 'req is no list; name a field, such as req.topics[*]'],
  ])('%s is refused at column %i', (text, column, message) => {
    expect(refusal(text)).toEqual([column, message]);
  });

  test('only req and res begin one', () => {
    expect(['req.x', 'res[0]', 'req', 'request.x', 'topic', 'rez.x'].map(looksLikePath)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('values at the end of a path', () => {
    expect(found('req.acks')).toEqual([-1]);
    expect(found('req.topicData[*].name')).toEqual(['orders.v1', 'clicks']);
    expect(found('req.topicData.name')).toEqual(['orders.v1', 'clicks']);
    expect(found('req.topicData[1].name')).toEqual(['clicks']);
    expect(found('req.topicData[*].partitionData[*].index')).toEqual([3, 4, 3]);
    expect(found('req.topicData[0].partitionData[1].index')).toEqual([4]);
  });

  test('what is not there gives nothing', () => {
    expect(found('req.topicData[9].name')).toEqual([]);
    expect(found('req.transactionalId')).toEqual([]);
    expect(found('req.acks.name')).toEqual([]);
    expect(found('req.acks[*]')).toEqual([]);
    expect(found('req.groupId')).toEqual([]);
  });
});
