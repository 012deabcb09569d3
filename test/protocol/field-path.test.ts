import { expect, test } from 'vitest';
import { FieldPath } from '../../src/protocol/field-path.ts';

test('paths read as --json spells them', () => {
  const path = new FieldPath();
  expect([path.owner(), path.of('acks')]).toEqual(['', 'acks']);
  path.enter('topics');
  path.at(0);
  path.enter('partitions');
  path.at(3);
  expect([path.owner(), path.of('index')]).toEqual(['topics[0].partitions[3]', 'topics[0].partitions[3].index']);
  path.leave();
  path.at(1);
  path.enter('leader');
  expect(path.of('nodeId')).toBe('topics[1].leader.nodeId');
  path.leave();
  path.leave();
  expect(path.owner()).toBe('');
});
