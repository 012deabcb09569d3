import { apiKeyMax, apiTable } from '../protocol/api-keys.ts';
import type { MessageType } from '../protocol/message.ts';

const createTopics = 19;
const describeConfigs = 32;
const alterConfigs = 33;
const incrementalAlterConfigs = 44;

/**
 * Messages whose entries are `{name, value}` configurations, where the name tells whether the value is secret: the
 * DescribeConfigs response, the AlterConfigs and IncrementalAlterConfigs requests, CreateTopics both ways.
 */
export function holdsConfigs(apiKey: number, type: MessageType): boolean {
  if (apiKey === createTopics) return true;
  return type === 'response'
    ? apiKey === describeConfigs
    : apiKey === alterConfigs || apiKey === incrementalAlterConfigs;
}

/** A table line with the word `secret` after name, type and versions. */
const secretLine = /^ *\S+ \S+ \S+.* secret( |$)/m;

function findSecretFields(apiKey: number, type: MessageType): boolean {
  const api = apiTable(apiKey);
  if (api === undefined) return false;
  return secretLine.test((type === 'request' ? api.request : api.response).fields);
}

const known: (boolean | undefined)[] = [];

/** Tells whether any version of a message has a field that the schema marks secret. */
export function holdsSecretFields(apiKey: number, type: MessageType): boolean {
  if (apiKey < 0 || apiKey > apiKeyMax) return false;
  const slot = apiKey * 2 + (type === 'request' ? 0 : 1);
  let holds = known[slot];
  if (holds === undefined) {
    holds = findSecretFields(apiKey, type);
    known[slot] = holds;
  }
  return holds;
}

/** Tells whether a message may carry credentials at all; a version we do not know is judged by those we do. */
export function mayHoldSecrets(apiKey: number, type: MessageType): boolean {
  return holdsConfigs(apiKey, type) || holdsSecretFields(apiKey, type);
}
