import { expect, test } from 'vitest';
import { recordSpansMax, topicsPerExchangeMax, WalkFacts } from '../../src/protocol/walk-facts.ts';

const name = (index: number): Uint8Array => Buffer.from(`topic-${index}`);

test('names are listed once, and beyond the limit only counted', () => {
  const facts = new WalkFacts();
  for (let round = 0; round < 2; round += 1) {
    for (let index = 0; index < topicsPerExchangeMax - 1; index += 1) {
      facts.addTopic(name(index), 0, name(index).length);
    }
  }
  expect([facts.topics.length, facts.nameCount]).toEqual([topicsPerExchangeMax - 1, topicsPerExchangeMax - 1]);
  for (let index = 100; index < 103; index += 1) facts.addTopic(name(index), 0, name(index).length);
  expect([facts.topics.length, facts.nameCount]).toEqual([topicsPerExchangeMax, topicsPerExchangeMax + 2]);
});

test('the zero id is no topic; any other one is, whichever byte tells it from zero', () => {
  const facts = new WalkFacts();
  facts.addTopicId(new Uint8Array(20), 4);
  expect(facts.idCount).toBe(0);
  for (let place = 0; place < 16; place += 1) {
    const id = new Uint8Array(16);
    id[place] = 1;
    facts.addTopicId(id, 0);
  }
  expect([facts.topicIds.length, new Set(facts.topicIds).size, facts.idCount]).toEqual([16, 16, 16]);
  facts.addTopicId(new Uint8Array(16).fill(9), 0);
  expect([facts.topicIds.length, facts.idCount]).toEqual([topicsPerExchangeMax, topicsPerExchangeMax + 1]);
});

test('the first error, group and transaction count', () => {
  const facts = new WalkFacts();
  facts.addError(27);
  facts.addError(6);
  facts.addGroup(Buffer.from('first'), 0, 5);
  facts.addGroup(Buffer.from('second'), 0, 6);
  facts.addTransaction(Buffer.from('tx-1'), 0, 4);
  facts.addTransaction(Buffer.from('tx-2'), 0, 4);
  expect([facts.errorCount, facts.firstErrorCode, facts.groupId, facts.transactionalId]).toEqual([
    2,
    27,
    'first',
    'tx-1',
  ]);
});

test('records beyond the limit are counted, and a reset forgets them', () => {
  const facts = new WalkFacts();
  for (let span = 0; span < recordSpansMax + 3; span += 1) facts.addRecords(span, span + 1);
  expect([facts.recordSpans.length, facts.recordSpansOmitted]).toEqual([recordSpansMax * 2, 3]);
  const taken = facts.recordSpans;
  facts.reset();
  expect([facts.recordSpans, facts.recordSpansOmitted, taken.length]).toEqual([[], 0, recordSpansMax * 2]);
});

test('a top-level value is of this walk or none', () => {
  const facts = new WalkFacts();
  facts.topLevelNames = ['acks', 'timeoutMs'];
  facts.topLevelValues.push(-1, 500);
  facts.topLevelCount = 1;
  expect([facts.topLevel('acks'), facts.topLevel('timeoutMs'), facts.topLevel('other')]).toEqual([-1, null, null]);
});
