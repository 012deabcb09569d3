import type { Struct } from '../protocol/message.ts';
import { intField, intsField, structField, structsField, textField } from '../protocol/struct-fields.ts';
import { ApiKey } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import { commitPositions, committedPositions } from './committed-offsets.ts';
import { PartitionReader } from './partition-reader.ts';
import { Unplanned } from './workload-error.ts';

const rebalanceTimeoutMs = 15_000;
const fenced: ReadonlySet<number> = new Set([25, 110]);

/** A member of a KIP-848 group: heartbeats carry everything, the broker assigns. */
export class ConsumerMember {
  readonly #client: ClusterClient;
  readonly #groupId: string;
  readonly #topicNames: readonly string[];
  readonly #reader: PartitionReader;
  #memberId: string;
  #memberEpoch = 0;
  /** Whether the next heartbeat has to tell what the member holds. */
  #tellOwned = false;

  /** `memberId`: v1 lets the client choose it; v0 ignores ours and hands one out. */
  constructor(client: ClusterClient, groupId: string, topicNames: readonly string[], memberId: string) {
    this.#client = client;
    this.#groupId = groupId;
    this.#topicNames = topicNames;
    this.#memberId = memberId;
    this.#reader = new PartitionReader(client);
  }

  /** One heartbeat: joins, reconciles and keeps the session. */
  async beat(): Promise<void> {
    const joining = this.#memberEpoch === 0;
    const answer = await this.#heartbeat({
      memberId: this.#memberId,
      memberEpoch: this.#memberEpoch,
      rebalanceTimeoutMs: joining ? rebalanceTimeoutMs : -1,
      subscribedTopicNames: joining ? this.#topicNames : null,
      serverAssignor: joining ? 'uniform' : null,
      topicPartitions: joining || this.#tellOwned ? await this.#owned() : null,
    });
    const errorCode = intField(answer, 'errorCode', -1);
    if (fenced.has(errorCode)) {
      this.#memberEpoch = 0;
      this.#reader.assign([]);
      return;
    }
    if (errorCode !== 0) throw new Unplanned(`ConsumerGroupHeartbeat answered error ${errorCode}`);
    this.#tellOwned = false;
    this.#memberId = textField(answer, 'memberId') || this.#memberId;
    this.#memberEpoch = intField(answer, 'memberEpoch', 0);
    const assignment = structField(answer, 'assignment');
    if (assignment !== null) await this.#take(assignment);
  }

  /** Reads what there is. */
  poll(maxWaitMs: number): Promise<number> {
    return this.#reader.poll(maxWaitMs);
  }

  /** Commits where reading is. */
  async commit(): Promise<void> {
    const committed = await commitPositions(this.#client, this.#committer(), this.#reader.positions);
    if (!committed) await this.beat();
  }

  /** Leaves with epoch −1. */
  async leave(): Promise<void> {
    if (this.#memberEpoch === 0) return;
    await this.#heartbeat({ memberId: this.#memberId, memberEpoch: -1 });
    this.#memberEpoch = 0;
  }

  /** Moves to the new assignment: what goes is committed first, what comes starts where the group left it. */
  async #take(assignment: Struct): Promise<void> {
    const wanted: { topicName: string; partition: number }[] = [];
    for (const topic of structsField(assignment, 'topicPartitions')) {
      const topicId = textField(topic, 'topicId');
      if (this.#client.topicName(topicId) === null) await this.#client.refresh(this.#topicNames);
      const topicName = this.#client.topicName(topicId);
      if (topicName === null) continue;
      for (const partition of intsField(topic, 'partitions')) wanted.push({ topicName, partition });
    }
    await commitPositions(this.#client, this.#committer(), this.#reader.positions);
    const positions =
      wanted.length === 0 ? [] : await committedPositions(this.#client, this.#reader, this.#committer(), wanted);
    this.#reader.assign(positions);
    this.#tellOwned = true;
  }

  async #owned(): Promise<Struct[]> {
    const owned = new Map<string, number[]>();
    for (const { topicName, partition } of this.#reader.positions) {
      const topicId = (await this.#client.topic(topicName)).id;
      owned.set(topicId, [...(owned.get(topicId) ?? []), partition]);
    }
    return [...owned].map(([topicId, partitions]) => ({ topicId, partitions }));
  }

  #committer() {
    return { groupId: this.#groupId, memberId: this.#memberId, generationIdOrMemberEpoch: this.#memberEpoch };
  }

  #heartbeat(body: Struct): Promise<Struct> {
    return this.#client.coordinated(
      this.#groupId,
      0,
      ApiKey.consumerGroupHeartbeat,
      { groupId: this.#groupId, ...body },
      (answer) => intField(answer, 'errorCode', 0),
    );
  }
}
