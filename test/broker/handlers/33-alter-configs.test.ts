import { describe, expect, it } from 'vitest';
import { structsField } from '../../../src/protocol/struct-fields.ts';
import { Dialogue } from '../dialogue.ts';

describe('AlterConfigs', () => {
  it('replaces all own settings of a topic, and of nothing else', async () => {
    const dialogue = new Dialogue();
    const topic = dialogue.cluster.topics.create('orders', 1, 1);
    topic.configs.set('cleanup.policy', 'compact');
    const alter = async (resourceType: number, resourceName: string, name: string, validateOnly = false) => {
      const resources = [{ resourceType, resourceName, configs: [{ name, value: '7' }] }];
      return structsField(await dialogue.ask(33, 2, { resources, validateOnly }), 'responses')[0]?.errorCode;
    };
    expect(await alter(2, 'orders', 'retention.ms', true)).toBe(0);
    expect(topic.configs.get('cleanup.policy')).toBe('compact');
    expect(await alter(2, 'orders', 'no.such.setting')).toBe(40);
    expect(await alter(2, 'orders', 'retention.ms')).toBe(0);
    expect([...topic.configs]).toEqual([['retention.ms', '7']]);
    expect(await alter(2, 'nowhere', 'retention.ms')).toBe(3);
    expect(await alter(4, '1', 'num.partitions')).toBe(42);
  });
});
