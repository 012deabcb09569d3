import { describe, expect, it } from 'vitest';
import { ReportFolds } from '../../../src/export/report/report-folds.ts';
import { Conversation } from '../../support/conversation.ts';
import { eventsOf } from '../../support/engine-events.ts';

describe('ReportFolds', () => {
  it('hands every event to every fold', () => {
    const folds = new ReportFolds(3);
    const talk = new Conversation()
      .request(3, 9, 1, { topics: [{ name: 'orders' }] })
      .response(3, 9, 1, { throttleTimeMs: 5, clusterId: 'c', controllerId: 1, brokers: [], topics: [] })
      .request(12, 3, 2, { groupId: 'g', generationId: 1, memberId: 'm' })
      .response(12, 3, 2, { errorCode: 0 });
    for (const event of eventsOf(talk)) folds.take(event);
    expect(Object.entries(folds.facts()).map(([name, rows]) => [name, rows.length])).toEqual([
      ['slowest', 2],
      ['topics', 1],
      ['groups', 1],
      ['throttling', 1],
      ['connections', 1],
      ['clusters', 1],
    ]);
  });
});
