import { describe, expect, it } from 'vitest';
import type { Struct } from '../../../src/protocol/message.ts';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

const namesOf = (answer: Struct) => structsField(answer, 'topics').map(({ name }) => name);
const errorsOf = (answer: Struct) => structsField(answer, 'topics').map(({ errorCode }) => errorCode);

describe('Metadata', () => {
  it('lists all topics for null, and in v0 for an empty list', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 2, 3);
    expect(namesOf(await dialogue.ask(3, 9, { topics: null }))).toEqual(['orders']);
    expect(namesOf(await dialogue.ask(3, 0, { topics: [] }))).toEqual(['orders']);
    expect(namesOf(await dialogue.ask(3, 1, { topics: [] }))).toEqual([]);
  });

  it('creates topics on first use only where client and cluster allow it', async () => {
    const dialogue = new Dialogue();
    const unwanted = { topics: [{ name: 'new' }], allowAutoTopicCreation: false };
    expect(errorsOf(await dialogue.ask(3, 9, unwanted))).toEqual([3]);
    expect(errorsOf(await dialogue.ask(3, 9, { ...unwanted, allowAutoTopicCreation: true }))).toEqual([0]);
    expect(errorsOf(await dialogue.ask(3, 9, { topics: [{ name: 'not/allowed' }] }))).toEqual([17]);
    const strict = new Dialogue({ autoCreateTopics: false });
    expect(errorsOf(await strict.ask(3, 9, { topics: [{ name: 'new' }] }))).toEqual([3]);
  });

  it('finds topics by id since v12', async () => {
    const dialogue = new Dialogue();
    const { id } = dialogue.cluster.topics.create('orders', 1, 1);
    expect(namesOf(await dialogue.ask(3, 12, { topics: [{ topicId: id, name: null }] }))).toEqual(['orders']);
    const unknown = { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', name: null }] };
    expect(errorsOf(await dialogue.ask(3, 12, unknown))).toEqual([100]);
    expect(errorsOf(await dialogue.ask(3, 10, unknown))).toEqual([42]);
  });

  it('says what one may do only when asked (KIP-430)', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 1, 1);
    const quiet = await dialogue.ask(3, 8, { topics: null });
    expect(quiet.clusterAuthorizedOperations).toBe(-2_147_483_648);
    const asked = await dialogue.ask(3, 8, { topics: null, includeTopicAuthorizedOperations: true });
    expect(structsField(asked, 'topics')[0]?.topicAuthorizedOperations).toBeGreaterThan(0);
  });
});
