import { type CompiledJson, compileJson } from './compile-json.ts';
import { responseLayoutVersion } from './decode.ts';
import type { MessageJson } from './message.ts';
import { type MessagePlan, planFor } from './plan.ts';
import { compileAfterUses } from './source-parts.ts';

/** The plan that `decodeRequest` would read a payload by; null when there is none. */
export function requestPlan(payload: Uint8Array): MessagePlan | null {
  if (payload.length < 4) return null;
  const apiKey = (((payload[0] ?? 0) << 24) >> 16) | (payload[1] ?? 0);
  const apiVersion = (((payload[2] ?? 0) << 24) >> 16) | (payload[3] ?? 0);
  return planFor(apiKey, 'request', apiVersion);
}

/** The plan that `decodeResponse` would read a payload by; null when there is none. */
export function responsePlan(payload: Uint8Array, apiKey: number, apiVersion: number): MessagePlan | null {
  return planFor(apiKey, 'response', responseLayoutVersion(payload, apiKey, apiVersion));
}

/**
 * Header and body of a payload as JSON text, straight from its bytes: all of it, secrets too. Null while the version
 * has not been used often enough to be compiled, and for a message that only the decoder reads.
 */
export function messageJson(payload: Uint8Array, plan: MessagePlan): MessageJson | null {
  const compiled = plan.compiled.json ?? compiledAfterUse(plan);
  return compiled === null ? null : compiled(payload);
}

function compiledAfterUse(plan: MessagePlan): CompiledJson | null {
  const forms = plan.compiled;
  forms.jsonUses += 1;
  if (forms.jsonUses !== compileAfterUses) return null;
  forms.json = compileJson(plan);
  return forms.json;
}
