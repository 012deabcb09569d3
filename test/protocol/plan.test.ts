import { describe, expect, test } from 'vitest';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { type FieldPlan, type MessagePlan, nestingMax, planFor, type StructPlan } from '../../src/protocol/plan.ts';

/** Every plan there is. */
function allPlans(): MessagePlan[] {
  const plans: MessagePlan[] = [];
  for (let key = 0; key <= apiKeyMax; key += 1) {
    const range = versionRange(key);
    for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version += 1) {
      for (const type of ['request', 'response'] as const) {
        const plan = planFor(key, type, version);
        if (plan !== null) plans.push(plan);
      }
    }
  }
  return plans;
}

function depthOf(struct: StructPlan): number {
  const inner = struct.declared.map((field) => field.struct ?? field.element?.struct ?? null);
  return 1 + Math.max(0, ...inner.map((plan) => (plan === null ? 0 : depthOf(plan))));
}

function visit(struct: StructPlan, see: (field: FieldPlan, owner: StructPlan) => void): void {
  for (const field of struct.declared) {
    see(field, struct);
    const inner = field.struct ?? field.element?.struct ?? null;
    if (inner !== null) visit(inner, see);
  }
}

describe('all plans', () => {
  const plans = allPlans();

  test('there is one for every version of either release', () => {
    expect(plans.length).toBeGreaterThan(680);
    expect(new Set(plans.map((plan) => `${plan.apiKey} ${plan.type} ${plan.apiVersion}`)).size).toBe(plans.length);
  });

  test('nest less deep than the limit, and hold untagged fields in front of ascending tags', () => {
    for (const plan of plans) {
      expect(depthOf(plan.body)).toBeLessThan(nestingMax);
      visit(plan.body, (field, owner) => {
        expect(owner.fields.includes(field)).toBe(field.tag < 0);
        const tags = owner.tagged.map((tagged) => tagged.tag);
        expect(tags).toEqual(tags.toSorted((a, b) => a - b));
        expect(field.tag < 0 || owner.flexible).toBe(true);
      });
    }
  });

  test('only flexible versions are compact', () => {
    for (const plan of plans) visit(plan.body, (field) => expect(field.compact).toBe(plan.flexible));
  });
});

test('plans are made once, and unknown keys and versions have none', () => {
  expect(planFor(3, 'request', 12)).toBe(planFor(3, 'request', 12));
  for (const [key, version] of [
    [-1, 0],
    [95, 0],
    [3, -1],
    [3, 14],
    [3, 32_767],
  ] as const) {
    expect(planFor(key, 'request', version)).toBeNull();
  }
});

test('the client id stays in the old string form in flexible headers (KIP-511)', () => {
  const clientId = planFor(3, 'request', 12)?.header.fields.find((field) => field.name === 'clientId');
  expect(clientId).toMatchObject({ compact: false, nullable: true });
});

test('defaults follow the version: null only where null can be written', () => {
  const topics = (version: number): FieldPlan | undefined =>
    planFor(3, 'request', version)?.body.fields.find((field) => field.name === 'topics');
  expect(topics(0)).toMatchObject({ nullable: false, defaultValue: [] });
  const acls = planFor(29, 'request', 3)?.body.fields ?? [];
  expect(acls.map((field) => [field.name, field.defaultValue])).toContainEqual(['patternTypeFilter', 3]);
  const records = planFor(0, 'request', 9)?.body.fields[3]?.element?.struct?.fields[1]?.element?.struct?.fields[1];
  expect(records).toMatchObject({ kind: FieldKind.Records, nullable: true, defaultValue: null });
});

test('the reading of 3.9.1 differs in its six messages and nowhere else', () => {
  const names = (key: number, type: 'request' | 'response', version: number, lib?: '3.9.1'): string => {
    const found: string[] = [];
    const plan = planFor(key, type, version, lib);
    if (plan !== null) visit(plan.body, (field) => found.push(field.name));
    return found.join();
  };
  const differing = allPlans()
    .filter((plan) => {
      const { apiKey, type, apiVersion } = plan;
      return names(apiKey, type, apiVersion) !== names(apiKey, type, apiVersion, '3.9.1');
    })
    .map((plan) => `${plan.apiName} ${plan.type} ${plan.apiVersion}`);
  expect(differing).toEqual([
    'TxnOffsetCommit request 3',
    'TxnOffsetCommit request 4',
    'Vote request 0',
    'Vote request 1',
    'ListConfigResources response 0',
    'ReadShareGroupStateSummary response 0',
  ]);
  expect(planFor(74, 'request', 0, '3.9.1')?.apiName).toBe('ListClientMetricsResources');
});

test('secret fields are marked wherever credentials travel', () => {
  const secrets = new Set<string>();
  for (const plan of allPlans()) {
    visit(plan.body, (field) => {
      if (field.secret) secrets.add(`${plan.apiName} ${plan.type} ${field.name}`);
    });
  }
  expect([...secrets].toSorted()).toEqual([
    'AlterUserScramCredentials request salt',
    'AlterUserScramCredentials request saltedPassword',
    'CreateDelegationToken response hmac',
    'DescribeDelegationToken response hmac',
    'Envelope request requestData',
    'Envelope response responseData',
    'ExpireDelegationToken request hmac',
    'RenewDelegationToken request hmac',
    'SaslAuthenticate request authBytes',
    'SaslAuthenticate response authBytes',
  ]);
});
