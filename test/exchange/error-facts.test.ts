import { describe, expect, it } from 'vitest';
import { errorFactsOf } from '../../src/exchange/error-facts.ts';
import { errorsPerExchangeMax } from '../../src/exchange/limits.ts';
import { exchangeLine } from '../../src/export/ndjson.ts';
import { responseComment } from '../../src/export/pcapng/exchange-comment.ts';
import { rowOf } from '../../src/store/row.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

/** A Produce response (version 8) with one error code for each partition of one topic. */
const produced = (codes: readonly number[]) => ({
  responses: [{ name: 'orders', partitionResponses: codes.map((errorCode, index) => ({ index, errorCode })) }],
});

describe('errorFactsOf', () => {
  it('lists every code that is not zero, where it stands and what the broker says', () => {
    expect(
      errorFactsOf({
        errorCode: 41,
        errorMessage: 'ask another',
        topics: [{ errorCode: 0 }, { errorCode: 3, errorMessage: '' }],
      }),
    ).toEqual([
      { code: 41, name: 'NOT_CONTROLLER', path: 'errorCode', message: 'ask another' },
      { code: 3, name: 'UNKNOWN_TOPIC_OR_PARTITION', path: 'topics[1].errorCode', message: null },
    ]);
  });

  it('of too many the first, and each code at least once', () => {
    const codes = [...Array(errorsPerExchangeMax + 10).fill(6), 3, 6, 17];
    const facts = errorFactsOf(produced(codes));
    expect(facts.map(({ code }) => code)).toEqual([...Array(errorsPerExchangeMax - 2).fill(6), 3, 17]);
    expect(facts.at(-1)?.path).toBe(`responses[0].partitionResponses[${errorsPerExchangeMax + 12}].errorCode`);
  });

  it('of too many different codes the first', () => {
    const codes = Array.from({ length: errorsPerExchangeMax + 5 }, (_, index) => index + 1);
    expect(errorFactsOf(produced(codes)).map(({ code }) => code)).toEqual(codes.slice(0, errorsPerExchangeMax));
  });
});

describe('an exchange with more error codes than it lists', () => {
  const codes = Array(errorsPerExchangeMax + 12).fill(6);
  const [exchange] = driveEngine(
    new Conversation().request(0, 8, 1, { acks: 1 }).response(0, 8, 1, produced(codes)).inputs,
  ).exchanges;
  if (exchange === undefined) throw new Error('the conversation has one exchange');

  it('counts the others, on its line, its row and its packet', () => {
    expect([exchange.errors.length, exchange.errorsOmitted]).toEqual([errorsPerExchangeMax, 12]);
    const line = JSON.parse(exchangeLine(exchange, { records: false, payload: 'hide', unsafeShowSecrets: false }));
    expect([line.errors.length, line.errorsOmitted]).toEqual([errorsPerExchangeMax, 12]);
    const row = rowOf(exchange, 0, false);
    expect([row.errors.length, row.errorCount]).toEqual([3, errorsPerExchangeMax + 12]);
    expect(responseComment(exchange)).toMatch(/; 68 more errors$/);
  });
});
