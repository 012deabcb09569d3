import { describe, expect, it } from 'vitest';
import { RunSummary } from '../../src/export/run-summary.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

describe('RunSummary', () => {
  it('adds up to what passed', () => {
    const { all } = driveEngine(
      new Conversation()
        .request(0, 9, 1, { acks: 0, topicData: [] })
        .request(3, 1, 2, { topics: null })
        .response(3, 1, 2, {})
        .response(3, 1, 3, {})
        .raw('client', framed(Uint8Array.from([0x03, 0xe7, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 0])))
        .gap('broker', null)
        .raw('client', Uint8Array.from([0, 0, 0, 50, 1]))
        .closed().inputs,
    );
    const summary = new RunSummary();
    for (const event of all) summary.apply(event);
    expect(summary.facts({ packets: 7, bytes: 99, byApi: {} })).toMatchObject({
      packets: 7,
      bytes: 99,
      connections: 1,
      requests: 3,
      responses: 2,
      exchanges: { answered: 1, 'unanswered-by-design': 1, abandoned: 1, orphan: 1 },
      opaque: { 'unknown-api': 2 },
      gaps: 1,
      incompleteFrames: 1,
    });
  });
});
