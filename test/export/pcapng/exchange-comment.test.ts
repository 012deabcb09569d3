import { describe, expect, it } from 'vitest';
import { bounded, requestComment, responseComment } from '../../../src/export/pcapng/exchange-comment.ts';
import { commentCharactersMax } from '../../../src/export/pcapng/limits.ts';
import { exchangeFixture, messageFixture } from '../../support/exchange-fixture.ts';

const timing = {
  latencyUs: 503_200,
  queuedUs: 0,
  brokerUs: 3_200,
  waitUs: 500_000,
  throttleUs: null,
  requestTransferUs: null,
  responseTransferUs: null,
  proxyUs: null,
};

describe('the comment on a response', () => {
  it('splits the time, names errors, throttling and tags', () => {
    const exchange = exchangeFixture(7, {
      apiKey: 1,
      apiVersion: 12,
      status: 'answered',
      response: messageFixture(9, 20),
      timing,
      throttleTimeMs: 40,
      errors: [{ code: 6, name: 'NOT_LEADER_OR_FOLLOWER', path: '/responses/0', message: 'moved' }],
      tags: ['deprecated', 'held'],
    });
    expect(responseComment(exchange)).toBe(
      '#7 Fetch v12; 503.2 ms = queued 0.0 + broker 3.2 + wait 500.0; throttled 40 ms; ' +
        'NOT_LEADER_OR_FOLLOWER (6) at /responses/0 (moved); deprecated, held',
    );
  });

  it('says what is not known', () => {
    const opaque = { reason: 'unknown-api', detail: 'a response without its request', offset: null } as const;
    const response = { ...messageFixture(9, 20), opaque };
    const orphan = exchangeFixture(8, { status: 'orphan', apiKey: null, request: null, response });
    expect(responseComment(orphan)).toBe(
      '#8 unknown API; its request is not here; unknown-api: a response without its request',
    );
  });

  it('lists a few errors and counts the rest', () => {
    const errors = Array.from({ length: 12 }, () => ({ code: 3, name: 'UNKNOWN', path: '', message: null }));
    expect(responseComment(exchangeFixture(1, { errors }))).toMatch(/; 4 more errors$/);
  });

  it('holds nothing that a terminal obeys, and is bounded', () => {
    const message = `\u001b]0;owned\u0007${'x'.repeat(5_000)}`;
    const errors = [{ code: 3, name: 'UNKNOWN', path: '', message }];
    const comment = responseComment(exchangeFixture(1, { errors }));
    expect(comment).toHaveLength(commentCharactersMax);
    expect(comment).toMatch(/^[\x20-\x7e]+\.\.\.$/);
  });
});

describe('the comment on a request', () => {
  it('is there only where there is something to say', () => {
    expect(requestComment(exchangeFixture(1))).toBeNull();
    expect(requestComment(exchangeFixture(1, { tags: ['deprecated'] }))).toBe('#1 ApiVersions v3; deprecated');
    const opaque = { reason: 'sasl-token', detail: 'raw token', offset: null } as const;
    const token = exchangeFixture(2, { apiKey: null, request: { ...messageFixture(1, 5), opaque } });
    expect(requestComment(token)).toBe('#2 raw SASL token; sasl-token: raw token');
  });
});

it('shortens a text to the limit', () => {
  expect(bounded('short')).toBe('short');
  expect(bounded('y'.repeat(commentCharactersMax))).toHaveLength(commentCharactersMax);
});
