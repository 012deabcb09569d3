import type { ErrorFact, Exchange } from '../../exchange/exchange.ts';
import { errorWords, wordList } from './enum-words.ts';
import { each, type Field, listOf, one, oneEnum } from './field.ts';

const errors = listOf<ErrorFact>('errors', (exchange) => exchange.errors);
const tags = listOf<string>('tag', (exchange) => exchange.tags);
const opaqueReasons = wordList('reason', [
  'unknown-api',
  'unknown-version',
  'malformed',
  'truncated',
  'sasl-token',
  'redacted',
]);

function tagged(name: string, tag: string, help: string): Field {
  return one(name, 'boolean', help, (exchange) => exchange.tags.includes(tag));
}

function isDecoded(exchange: Exchange): boolean {
  return (exchange.request?.opaque ?? null) === null && (exchange.response?.opaque ?? null) === null;
}

/** What came of it, and what we did to it. */
export const outcomeFields: readonly Field[] = [
  each(
    'error',
    'enum',
    'errors in the response, by name or code; of more than 64 each code once',
    errors,
    (error) => error.code,
    {
      words: errorWords,
    },
  ),
  each('error.code', 'identifier', 'error codes as numbers', errors, (error) => error.code),
  each('error.path', 'text', 'where in the response the error stands', errors, (error) => error.path),
  each('error.message', 'text', "the broker's own text", errors, (error) => error.message),
  one('paired', 'boolean', 'request and response were both seen', (exchange) => {
    return exchange.request !== null && exchange.response !== null;
  }),
  one('decoded', 'boolean', 'everything seen of it could be decoded', isDecoded),
  oneEnum('opaque', opaqueReasons, 'why a message of it could not be decoded', (exchange) => {
    return exchange.request?.opaque?.reason ?? exchange.response?.opaque?.reason ?? null;
  }),
  one('guessed', 'boolean', 'the API was inferred without the request', (exchange) => exchange.guessed),
  one('mark', 'boolean', 'marked by hand', (exchange, context) => context.isMarked(exchange.seq)),
  each('tag', 'text', 'tags of the exchange', tags, (tag) => tag),
  tagged('deprecated', 'deprecated', 'its version was removed by Kafka 4.0 (KIP-896)'),
  tagged('held', 'held', 'a rule held it'),
  tagged('edited', 'edited', 'its bytes were changed'),
  tagged('injected', 'injected', 'it was sent by us'),
  tagged('replayed', 'replayed', 'it is a repetition of a recorded one'),
  tagged('retry', 'retried', 'the client tried again'),
];
