import type { Exchange } from '../exchange/exchange.ts';
import { MessagePayloads } from '../payloads/message-payloads.ts';
import type { PayloadHost } from '../payloads/payload-reader.ts';
import type { FieldSpan } from '../protocol/field-span.ts';
import { redactRequest, redactResponse } from '../redact/redact-frame.ts';
import { isSensitiveConfigName } from '../redact/sensitive-config-names.ts';

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Topic ids of a message in the order in which the walk that named the exchange's topics met them. */
function collectTopicIds(spans: readonly FieldSpan[], into: string[]): void {
  for (const span of spans) {
    const { value } = span;
    if (span.name === 'topicId' && typeof value === 'string' && value !== zeroId && !into.includes(value)) {
      into.push(value);
    }
    collectTopicIds(span.children, into);
  }
}

/**
 * Names of the topic ids of an exchange: its list of topics has them in the order of the ids of the first message that
 * names any. Empty where the two cannot be laid side by side.
 */
export function topicNamesById(
  topics: readonly string[],
  messages: readonly (readonly FieldSpan[])[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const spans of messages) {
    const ids: string[] = [];
    collectTopicIds(spans, ids);
    if (ids.length === 0) continue;
    if (ids.length !== topics.length) break;
    for (const [index, id] of ids.entries()) names.set(id, topics[index] ?? id);
    break;
  }
  return names;
}

/** Looks into the payloads of one exchange, with what the connection and the redaction rules know. */
export function detailPayloads(
  exchange: Exchange,
  messages: readonly (readonly FieldSpan[])[],
  recordContents: boolean,
): MessagePayloads {
  const names = topicNamesById(exchange.topics, messages);
  const host: PayloadHost = {
    isSensitiveConfigName,
    redact(payload, type, apiKey, apiVersion) {
      if (type === 'request') redactRequest(payload, apiKey, apiVersion);
      else redactResponse(payload, apiKey, apiVersion);
    },
    topicName: (topicId) => names.get(topicId) ?? null,
  };
  return new MessagePayloads({ saslMechanism: exchange.connection.sasl?.mechanism ?? null, recordContents, host });
}
