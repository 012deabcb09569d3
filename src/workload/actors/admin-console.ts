// admin-console: a web console's admin client. It polls Metadata, groups and settings, and creates and deletes a topic
// now and then.
import { intField, structsField } from '../../protocol/struct-fields.ts';
import type { Actor, ActorContext } from '../actor.ts';
import { ApiKey, javaClient43 } from '../client-profile.ts';
import { Unplanned } from '../workload-error.ts';

const pauseMs = 300;
const topicResource = 2;
const createTimeoutMs = 15_000;
const topicShare = 0.04;
/** The topic may be left over from a run that was cut short. */
const mayFail: ReadonlySet<number> = new Set([0, 36, 3]);

export const adminConsole: Actor = { name: 'admin-console', profile: javaClient43('admin-console'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  await client.refresh(null);
  while (!pace.stopped) {
    const nodeId = client.nodeIds[random.between(0, client.nodeIds.length - 1)] ?? 1;
    const choice = random.next();
    if (choice < topicShare) await makeAndDrop({ client, random, pace }, nodeId);
    else if (choice < 0.5) await client.refresh(null);
    else if (choice < 0.65) await client.request(nodeId, ApiKey.describeCluster, { endpointType: 1 });
    else if (choice < 0.8) await client.request(nodeId, ApiKey.listGroups, {});
    else if (choice < 0.9) {
      await client.request(nodeId, ApiKey.describeConfigs, {
        resources: [{ resourceType: topicResource, resourceName: 'orders.v1', configurationKeys: null }],
      });
    } else {
      const coordinator = await client.coordinator('billing', 0);
      await client.request(coordinator, ApiKey.describeGroups, { groups: ['billing'] });
    }
    await pace.pause(pauseMs);
  }
}

async function makeAndDrop({ client, random, pace }: ActorContext, nodeId: number): Promise<void> {
  const name = `scratch-${random.between(1, 999)}`;
  const created = await client.request(nodeId, ApiKey.createTopics, {
    topics: [{ name, numPartitions: random.between(1, 3), replicationFactor: 3, assignments: [], configs: [] }],
    timeoutMs: createTimeoutMs,
  });
  const errorCode = intField(structsField(created, 'topics')[0] ?? {}, 'errorCode', -1);
  if (!mayFail.has(errorCode)) throw new Unplanned(`CreateTopics of ${name} answered error ${errorCode}`);
  await pace.pause(pauseMs);
  await client.request(nodeId, ApiKey.deleteTopics, {
    topics: [{ name }],
    topicNames: [name],
    timeoutMs: createTimeoutMs,
  });
}
