import { expect, test } from 'vitest';
import { apiDetail, capDetail, tooNewDetail, unreadableDetail } from '../../src/proxy/event-detail.ts';

test('an API is named where it has a name', () => {
  expect(apiDetail(3, 9)).toEqual({ api: 'Metadata', apiKey: 3, apiVersion: 9 });
  expect(apiDetail(10_001, 0)).toEqual({ api: null, apiKey: 10_001, apiVersion: 0 });
});

test('caps are listed one by one', () => {
  const detail = capDetail([
    { apiKey: 1, offeredMax: 40, cappedMax: 18 },
    { apiKey: 3, offeredMax: 14, cappedMax: 13 },
  ]);
  expect(detail).toMatchObject({ count: 2, apis: 'Fetch 40 → 18, Metadata 14 → 13' });
  expect(detail.message).toContain('newer than kafka-scope knows');
});

test('a version of ApiVersions beyond us is told with its number', () => {
  expect(tooNewDetail(6).message).toContain('ApiVersions version 6');
});

test('a response that could not be rewritten says where reading it ended', () => {
  expect(unreadableDetail(3, 9, 17, 'cut')).toEqual({
    api: 'Metadata',
    apiKey: 3,
    apiVersion: 9,
    offset: 17,
    detail: 'cut',
  });
});
