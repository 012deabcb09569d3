import { describe, expect, it } from 'vitest';
import { ReportFolds } from '../../../src/export/report/report-folds.ts';
import { topicsSection } from '../../../src/export/report/topic-section.ts';
import { clusterBrokersMax, clustersMax } from '../../../src/insight/clusters.ts';
import { connectionRowsMax } from '../../../src/insight/connections.ts';
import { Conversation } from '../../support/conversation.ts';
import { eventsOf } from '../../support/engine-events.ts';
import { connectionFixture, exchangeFixture } from '../../support/exchange-fixture.ts';
import { reportFactsOf } from '../../support/report-facts.ts';

describe('ReportFolds', () => {
  it('hands every event to every fold', () => {
    const folds = new ReportFolds(3);
    const talk = new Conversation()
      .request(3, 9, 1, { topics: [{ name: 'orders' }] })
      .response(3, 9, 1, { throttleTimeMs: 5, clusterId: 'c', controllerId: 1, brokers: [], topics: [] })
      .request(12, 3, 2, { groupId: 'g', generationId: 1, memberId: 'm' })
      .response(12, 3, 2, { errorCode: 0 });
    for (const event of eventsOf(talk)) folds.take(event);
    const { notes, ...tables } = folds.facts();
    expect(notes).toEqual({});
    expect(Object.entries(tables).map(([name, rows]) => [name, rows.length])).toEqual([
      ['slowest', 2],
      ['topics', 1],
      ['groups', 1],
      ['throttling', 1],
      ['connections', 1],
      ['clusters', 1],
    ]);
  });

  it('says what its tables leave out', () => {
    const folds = new ReportFolds(3);
    const brokers = Array.from({ length: clusterBrokersMax + 2 }, (_, nodeId) => ({
      nodeId,
      host: 'b',
      port: 1,
      rack: null,
    }));
    const topics = Array.from({ length: 20 }, (_, number) => ({ name: `t-${number}` }));
    const talk = new Conversation();
    for (let id = 0; id <= clustersMax; id += 1) {
      talk
        .request(3, 9, id, { topics })
        .response(3, 9, id, { clusterId: `c-${id}`, controllerId: 1, brokers: id === 0 ? brokers : [], topics: [] });
    }
    // Answers of one size say the same: only those of another length are looked into.
    for (const event of eventsOf(talk)) {
      if (event.kind !== 'completed') continue;
      const { exchange } = event;
      folds.take({
        kind: 'completed',
        exchange: { ...exchange, connection: { ...exchange.connection, broker: `b:${exchange.seq}` } },
      });
    }
    const { notes } = folds.facts();
    expect(notes).toEqual({
      topics: 'Of 101 exchanges about more than 16 topics only the first 16 count here.',
      clusters:
        'Only the first 100 clusters and 1,000 brokers of each are kept: 1 answers named other clusters, 2 times other brokers were named.',
    });
    const facts = reportFactsOf(talk, { notes: { topics: 'A note.' } });
    expect(topicsSection.print(facts, 3)?.lines.at(-1)).toBe('  A note.');
  });

  it('says that connections have no row', () => {
    const folds = new ReportFolds(3);
    for (let id = 1; id <= connectionRowsMax + 2; id += 1) {
      folds.take({ kind: 'completed', exchange: exchangeFixture(id, { connection: connectionFixture({ id }) }) });
    }
    expect(folds.facts().notes).toEqual({
      connections: 'Only the first 20,000 connections have a row; 2 exchanges of others are not here.',
    });
  });
});
