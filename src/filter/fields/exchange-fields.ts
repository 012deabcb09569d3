import { apiWords, wordList } from './enum-words.ts';
import { each, type Field, listOf, one, oneEnum } from './field.ts';

const sides = listOf<string>('dir', (exchange) => {
  const seen: string[] = [];
  if (exchange.request !== null) seen.push('request');
  if (exchange.response !== null) seen.push('response');
  return seen;
});

const topics = listOf<string>('topic', (exchange) => exchange.topics);
const statuses = wordList('status', ['in-flight', 'answered', 'unanswered-by-design', 'abandoned', 'orphan']);

/** What was asked, by whom, about what. */
export const exchangeFields: readonly Field[] = [
  oneEnum('api', apiWords, 'API by name or key', (exchange) => exchange.apiKey),
  one('api.version', 'identifier', 'version of the request', (exchange) => exchange.apiVersion),
  oneEnum('status', statuses, 'fate of the request', (exchange) => exchange.status),
  each('dir', 'enum', 'messages that were seen: request, response or both', sides, (side) => side, {
    words: wordList('direction', ['request', 'response']),
  }),
  one('id', 'identifier', 'number of the exchange in this run', (exchange) => exchange.seq),
  one('corr', 'identifier', 'correlation id', (exchange) => exchange.correlationId),
  one('time', 'time', "when the request's first byte was seen", (exchange) => {
    return exchange.request?.atUs ?? exchange.response?.atUs ?? null;
  }),
  one('client.id', 'text', 'client id of the request header', (exchange) => exchange.clientId),
  each('topic', 'text', 'the first 16 topics by name, or by id while the name is unknown', topics, (topic) => topic),
  one('group', 'text', 'consumer, share or streams group', (exchange) => exchange.group),
  one('txn.id', 'text', 'transactional id', (exchange) => exchange.transactionalId),
];
