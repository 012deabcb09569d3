import { describe, expect, it } from 'vitest';
import { dataTable, planOrFail, planOrNewest } from '../../src/payloads/tables.ts';
import { subscriptionInfoData } from '../../src/protocol/schema/records/streams-subscription.ts';
import { Reader } from '../../src/wire/reader.ts';

describe('tables of payloads', () => {
  const table = dataTable('ConsumerProtocolSubscription');

  it('give the newest plan for versions that only append, and the same object each time', () => {
    expect(planOrNewest(table, 99)).toBe(planOrNewest(table, 3));
    expect(planOrNewest(table, -1)).toBe(planOrNewest(table, 0));
    expect(planOrNewest(table, 0).fields.map((field) => field.name)).toEqual(['topics', 'userData']);
  });

  it('fail the reader on versions that nobody knows', () => {
    const reader = new Reader(new Uint8Array(4));
    expect(planOrFail(subscriptionInfoData, 11, reader)?.name).toBe('SubscriptionInfoData');
    expect(reader.failed).toBe(false);
    expect(planOrFail(subscriptionInfoData, 0, reader)).toBeNull();
    expect(reader.failureDetail).toBe('version 0 of SubscriptionInfoData: 1 to 11 are known');
    expect(() => dataTable('Nobody')).toThrow('no table Nobody');
  });
});
