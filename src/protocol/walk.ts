import { type CompiledWalk, compileWalk } from './compile-walk.ts';
import { responseLayoutVersion } from './decode.ts';
import { interpretWalk } from './interpret-walk.ts';
import type { MessageType } from './message.ts';
import { type MessagePlan, planFor } from './plan.ts';
import { compileAfterUses } from './source-parts.ts';
import type { WalkFacts } from './walk-facts.ts';
import { walkPlanOf } from './walk-plan.ts';

export { topicsPerExchangeMax, WalkFacts } from './walk-facts.ts';

/**
 * Validates a message and takes the facts that lists and metrics live on, in microseconds and without objects. False
 * when there is no plan for it (`failReason` `no-plan`) or its bytes are bad (`failOffset`). Accepts exactly what decode
 * accepts.
 */
export function walkMessage(
  payload: Uint8Array,
  type: MessageType,
  apiKey: number,
  apiVersion: number,
  facts: WalkFacts,
): boolean {
  facts.reset();
  const version = type === 'response' ? responseLayoutVersion(payload, apiKey, apiVersion) : apiVersion;
  const plan = planFor(apiKey, type, version);
  if (plan === null) {
    facts.failReason = 'no-plan';
    facts.failDetail = `no schema has version ${version} of API key ${apiKey}`;
    return false;
  }
  const compiled = plan.compiled.walk ?? compiledAfterUse(plan);
  if (compiled !== null) {
    const end = compiled(payload, facts);
    if (end >= 0) {
      facts.ok = true;
      facts.endOffset = end;
      facts.topicCount = Math.max(facts.nameCount, facts.idCount);
      return true;
    }
    facts.reset();
  }
  return interpretWalk(payload, plan, facts);
}

/** The walk's compiled form, once it pays. */
function compiledAfterUse(plan: MessagePlan): CompiledWalk | null {
  const forms = plan.compiled;
  forms.walkUses += 1;
  if (forms.walkUses !== compileAfterUses) return null;
  forms.walk = compileWalk(walkPlanOf(plan));
  return forms.walk;
}
