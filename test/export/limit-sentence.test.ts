import { describe, expect, it } from 'vitest';
import { explainedLimits, limitSentence, losesTraffic } from '../../src/export/limit-sentence.ts';

describe('limitSentence', () => {
  it('says which limit, how often, and what became of the rest', () => {
    expect(limitSentence('unreadTlsToldMax', 1)).toBe(
      'The limit unreadTlsToldMax was reached once: further TLS connections without keys are only counted.',
    );
    expect(limitSentence('assembledBytesMax', 1_234)).toMatch(/ was reached 1,234 times: messages were cut because /);
    expect(limitSentence('someOtherMax', 2)).toMatch(/what lies beyond was left out\.$/);
  });

  it('has a whole sentence for each', () => {
    for (const limit of explainedLimits) expect(limitSentence(limit, 3)).toMatch(/: [a-zT].*[a-zA-Z]\.$/);
  });
});

it('losesTraffic tells lost traffic from what is only listed in another way', () => {
  expect(losesTraffic('connectionsMax')).toBe(true);
  expect(losesTraffic('notKafkaListedMax')).toBe(false);
  expect(losesTraffic('nobodyKnowsMax')).toBe(true);
});
