import { expect, test } from 'vitest';
import { OfferReader } from '../../src/exchange/broker-offer.ts';
import { offersKeptMax } from '../../src/exchange/limits.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';

const answer = (apiVersion: number, correlationId: number, maxVersion: number) =>
  encodeResponse({
    apiKey: 18,
    apiVersion,
    correlationId,
    body: {
      apiKeys: [
        { apiKey: 18, minVersion: 0, maxVersion: 4 },
        { apiKey: 0, minVersion: 0, maxVersion },
      ],
    },
  });

test('knows lowest and highest version of each API offered', () => {
  const offer = new OfferReader().read('b:1', answer(3, 1, 13), 3);
  expect(offer?.size).toBe(2);
  expect(offer?.rangeOf(0)).toEqual({ min: 0, max: 13 });
  expect(offer?.rangeOf(18)).toEqual({ min: 0, max: 4 });
  expect(offer?.rangeOf(71)).toBeNull();
});

test('connections that hear the same share one object, whatever their correlation ids', () => {
  const reader = new OfferReader();
  const first = reader.read('b:1', answer(3, 1, 13), 3);
  expect(reader.read('b:1', answer(3, 2, 13), 3)).toBe(first);
  expect(reader.read('b:2', answer(3, 2, 13), 3)).not.toBe(first);
  expect(reader.read('b:1', answer(3, 2, 12), 3)?.rangeOf(0)).toEqual({ min: 0, max: 12 });
});

test('an answer that cannot be read offers nothing', () => {
  expect(new OfferReader().read('b:1', answer(3, 1, 13).subarray(0, 9), 3)).toBeNull();
});

test('remembers no more brokers than its limit', () => {
  const reader = new OfferReader();
  const first = reader.read('b:0', answer(0, 1, 13), 0);
  for (let index = 1; index < offersKeptMax; index++) reader.read(`b:${index}`, answer(0, 1, 13), 0);
  expect(reader.read('b:0', answer(0, 1, 13), 0)).toBe(first);
  reader.read('b:one-more', answer(0, 1, 13), 0);
  expect(reader.read('b:0', answer(0, 1, 13), 0)).not.toBe(first);
});
