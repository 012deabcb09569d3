import { describe, expect, test } from 'vitest';
import { hasVersion, parseFields, parseVersions, versionBounds } from '../../src/protocol/table.ts';

describe('versions', () => {
  test('ranges, single ones, open ends and lists', () => {
    const versions = parseVersions('0-2,5,8+');
    const there = Array.from({ length: 12 }, (_, version) => version).filter((version) =>
      hasVersion(versions, version),
    );
    expect(there).toEqual([0, 1, 2, 5, 8, 9, 10, 11]);
    expect(hasVersion(parseVersions('none'), 0)).toBe(false);
  });

  test('bounds', () => {
    expect(versionBounds(parseVersions('3-13'))).toEqual({ min: 3, max: 13 });
    expect(versionBounds(parseVersions('none'))).toBeNull();
  });
});

test('a line holds everything about a field, indentation puts it inside the struct above', () => {
  const [topics, leader] = parseFields(`
topics []Topic 0+ nullable:1+ default:null
  name string 0-12 entity:topicName
  config []Entry 2+
    key string 2+ secret
leader Leader 10+ tag:0@10+
  nodeId int32 10+ default:-1 rigid
`);
  expect(topics).toMatchObject({ name: 'topics', type: '[]Topic', defaultText: 'null', tag: -1, secret: false });
  expect(topics?.children.map((field) => field.name)).toEqual(['name', 'config']);
  expect(topics?.children[0]).toMatchObject({ entityType: 'topicName' });
  expect(topics?.children[1]?.children[0]).toMatchObject({ name: 'key', secret: true });
  expect(hasVersion(topics?.nullable ?? [], 0)).toBe(false);
  expect(hasVersion(topics?.nullable ?? [], 1)).toBe(true);
  expect(leader).toMatchObject({ tag: 0 });
  expect(leader?.children[0]).toMatchObject({ name: 'nodeId', defaultText: '-1', rigid: true });
});
