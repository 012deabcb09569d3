import { apiKeyMax, versionRange } from '../protocol/api-keys.ts';
import type { MessageType } from '../protocol/message.ts';
import { planFor, type StructPlan } from '../protocol/plan.ts';

/**
 * Messages whose entries are `{name, value}` configurations, where the name tells whether the value is secret: the
 * DescribeConfigs response, the AlterConfigs and IncrementalAlterConfigs requests.
 */
export function holdsConfigs(apiKey: number, type: MessageType): boolean {
  return type === 'response' ? apiKey === 32 : apiKey === 33 || apiKey === 44;
}

function hasSecretField(struct: StructPlan): boolean {
  for (const field of struct.declared) {
    if (field.secret) return true;
    const inner = field.struct ?? field.element?.struct ?? null;
    if (inner !== null && hasSecretField(inner)) return true;
  }
  return false;
}

function findSecretFields(apiKey: number, type: MessageType): boolean {
  const range = versionRange(apiKey);
  if (range === null) return false;
  for (let version = range.min; version <= range.max; version++) {
    const plan = planFor(apiKey, type, version);
    if (plan !== null && hasSecretField(plan.body)) return true;
  }
  return false;
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
