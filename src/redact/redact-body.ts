import type { DecodedMessage, FieldData, Struct } from '../protocol/message.ts';
import { planFor, type StructPlan } from '../protocol/plan.ts';
import { holdsConfigs, mayHoldSecrets } from './secret-keys.ts';
import { isSensitiveConfigName } from './sensitive-config-names.ts';

/** What stands for a secret in JSON and on screen. */
export const redactedText = '<redacted>';

/**
 * The body of a message with every secret replaced by `<redacted>`; the message itself is not changed. A body without
 * secrets is returned as it is. null stays null: that a field is absent is no secret.
 */
export function redactBody(message: DecodedMessage): Struct {
  if (!mayHoldSecrets(message.apiKey, message.type)) return message.body;
  const plan = planFor(message.apiKey, message.type, message.apiVersion);
  if (plan === null) return message.body;
  return redactStruct(message.body, plan.body, holdsConfigs(message.apiKey, message.type), false);
}

function redactStruct(struct: Struct, plan: StructPlan, configs: boolean, outerSensitive: boolean): Struct {
  const sensitive = outerSensitive || (configs && isSensitiveEntry(struct));
  const copy: Record<string, FieldData> = {};
  for (const field of plan.declared) {
    const value = struct[field.name];
    if (value === undefined) continue;
    const secret = field.secret || (sensitive && field.name === 'value');
    const inner = field.struct ?? field.element?.struct ?? null;
    if (value === null) copy[field.name] = null;
    else if (secret) copy[field.name] = redactedText;
    else if (inner === null) copy[field.name] = value;
    else if (Array.isArray(value)) copy[field.name] = value.map((item) => redactItem(item, inner, configs, sensitive));
    else copy[field.name] = redactItem(value, inner, configs, sensitive);
  }
  return copy;
}

function redactItem(item: FieldData, plan: StructPlan, configs: boolean, sensitive: boolean): FieldData {
  return isStruct(item) ? redactStruct(item, plan, configs, sensitive) : item;
}

function isStruct(value: FieldData): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isSensitiveEntry(struct: Struct): boolean {
  if (struct.isSensitive === true) return true;
  const name = struct.name;
  return typeof name === 'string' && 'value' in struct && isSensitiveConfigName(name);
}
