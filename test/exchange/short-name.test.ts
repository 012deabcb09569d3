import { expect, it } from 'vitest';
import { nameCharactersMax } from '../../src/exchange/limits.ts';
import { shortName } from '../../src/exchange/short-name.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

it('leaves a name as it is, and marks one that it cuts', () => {
  expect(shortName('orders')).toBe('orders');
  expect(shortName('x'.repeat(nameCharactersMax))).toBe('x'.repeat(nameCharactersMax));
  expect(shortName('x'.repeat(nameCharactersMax + 1))).toBe(`${'x'.repeat(nameCharactersMax - 1)}…`);
  expect(shortName('SCRAM-SHA-512', 6)).toBe('SCRAM…');
});

it('a client id too long for an exchange shows that it is cut', () => {
  const { inputs } = new Conversation().request(18, 0, 1, {}, 'c'.repeat(9_000)).closed();
  const [exchange] = driveEngine(inputs).exchanges;
  expect(exchange?.clientId).toBe(`${'c'.repeat(nameCharactersMax - 1)}…`);
});

it('a transactional id that is cut is known again', () => {
  const transactionalId = 't'.repeat(2_000);
  const { inputs } = new Conversation()
    .request(22, 1, 1, { transactionalId })
    .response(22, 1, 1, { producerId: 9n })
    .request(27, 1, 2, { markers: [{ producerId: 9n }] })
    .closed();
  const [init, markers] = driveEngine(inputs).exchanges;
  expect(init?.transactionalId).toBe(`${'t'.repeat(nameCharactersMax - 1)}…`);
  expect(markers?.transactionalId).toBe(init?.transactionalId);
});
