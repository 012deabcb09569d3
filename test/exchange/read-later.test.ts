import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/exchange/engine.ts';
import { isReadLater } from '../../src/exchange/read-later.ts';
import { Conversation } from '../support/conversation.ts';

describe('isReadLater', () => {
  it('keeps the answers that name clusters and generations, and no records', () => {
    expect([3, 11, 17, 60, 68, 76, 88].every(isReadLater)).toBe(true);
    expect([0, 1, 12, 18, 78].some(isReadLater)).toBe(false);
  });

  it('is heeded where no bytes are kept', () => {
    const engine = new Engine({ keepsBytes: false });
    const talk = new Conversation()
      .request(3, 9, 1, { topics: [] })
      .response(3, 9, 1, { brokers: [], topics: [] })
      .request(12, 3, 2, { groupId: 'g', memberId: 'm' })
      .response(12, 3, 2, { errorCode: 0 });
    const kept: [number | null, boolean][] = [];
    for (const input of talk.inputs) {
      engine.receive(input);
      for (let event = engine.next(); event !== undefined; event = engine.next()) {
        if (event.kind !== 'completed') continue;
        kept.push([event.exchange.apiKey, (event.exchange.response?.bytes.length ?? 0) > 0]);
      }
    }
    expect(kept).toEqual([
      [3, true],
      [12, false],
    ]);
  });
});
