import { expect, test } from 'vitest';
import {
  aclOperations,
  configResourceTypes,
  groupMemberTypes,
  sentinel,
  topologyNodeTypes,
} from '../../src/protocol/enum-words.ts';

test('counted words begin at zero, the others stand where Kafka put them', () => {
  expect(aclOperations.get(0)).toBe('UNKNOWN');
  expect(aclOperations.get(15)).toBe('TWO_PHASE_COMMIT');
  expect([...configResourceTypes.keys()]).toEqual([0, 2, 4, 8, 16, 32]);
  expect(groupMemberTypes.get(-1)).toBe('UNKNOWN');
  expect(topologyNodeTypes.get(0)).toBeUndefined();
  expect(sentinel({ FINAL_EPOCH: -1 }).get(-1)).toBe('FINAL_EPOCH');
});
