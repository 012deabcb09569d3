import type { Struct } from '../protocol/message.ts';
import { bytesField, intField, structsField, textField } from '../protocol/struct-fields.ts';
import { ApiKey } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import { type Committer, commitPositions, committedPositions } from './committed-offsets.ts';
import { type AssignedTopic, decodeAssignment, encodeAssignment, encodeSubscription } from './consumer-protocol.ts';
import { attemptsMax } from './limits.ts';
import { PartitionReader } from './partition-reader.ts';
import { Unplanned } from './workload-error.ts';

const sessionTimeoutMs = 10_000;
const rebalanceTimeoutMs = 15_000;
const memberIdRequired = 79;
const rebalanceInProgress = 27;
const unknownMemberId = 25;
const illegalGeneration = 22;
const nothing = new Uint8Array(0);

/** A member of a classic group: joins, leads if chosen, reads its share, commits, beats and leaves. */
export class ClassicMember {
  readonly #client: ClusterClient;
  readonly #groupId: string;
  readonly #topicNames: readonly string[];
  readonly #reader: PartitionReader;
  #memberId = '';
  #generationId = -1;
  #assigned: readonly AssignedTopic[] = [];

  constructor(client: ClusterClient, groupId: string, topicNames: readonly string[]) {
    this.#client = client;
    this.#groupId = groupId;
    this.#topicNames = topicNames;
    this.#reader = new PartitionReader(client, true);
  }

  /** Joins or joins again, until the group has a generation with this member in it. */
  async join(): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const joined = await this.#coordinated(ApiKey.joinGroup, {
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: encodeSubscription(this.#topicNames, this.#assigned) }],
        reason: attempt === 0 && this.#memberId !== '' ? 'rebalance in progress' : null,
      });
      const errorCode = intField(joined, 'errorCode', -1);
      if (errorCode === memberIdRequired) this.#memberId = textField(joined, 'memberId');
      else if (errorCode === unknownMemberId) this.#memberId = '';
      else if (errorCode === 0 && (await this.#sync(joined))) return;
      else if (errorCode !== 0) throw new Unplanned(`JoinGroup of ${this.#groupId} answered error ${errorCode}`);
    }
    throw new Unplanned(`the group ${this.#groupId} did not settle in ${attemptsMax} attempts`);
  }

  /** Reads what there is. */
  poll(maxWaitMs: number): Promise<number> {
    return this.#reader.poll(maxWaitMs);
  }

  /** Beats; false: the group rebalances and the member has to join again. */
  async beat(): Promise<boolean> {
    const answer = await this.#coordinated(ApiKey.heartbeat, this.#self());
    const errorCode = intField(answer, 'errorCode', -1);
    if (errorCode === unknownMemberId) this.#memberId = '';
    if ([rebalanceInProgress, illegalGeneration, unknownMemberId].includes(errorCode)) return false;
    if (errorCode !== 0) throw new Unplanned(`Heartbeat of ${this.#groupId} answered error ${errorCode}`);
    return true;
  }

  /** Commits where reading is; false as in `beat`. */
  commit(): Promise<boolean> {
    return commitPositions(this.#client, this.#committer(), this.#reader.positions);
  }

  /** Leaves, so that the others need not wait for the session to end. */
  async leave(): Promise<void> {
    if (this.#memberId === '') return;
    const members = [{ memberId: this.#memberId, groupInstanceId: null, reason: 'scaled in' }];
    await this.#coordinated(ApiKey.leaveGroup, { memberId: this.#memberId, members });
    this.#memberId = '';
  }

  async #sync(joined: Struct): Promise<boolean> {
    this.#memberId = textField(joined, 'memberId');
    this.#generationId = intField(joined, 'generationId', -1);
    const leads = textField(joined, 'leader') === this.#memberId;
    const memberIds = structsField(joined, 'members').map((member) => textField(member, 'memberId'));
    const answer = await this.#coordinated(ApiKey.syncGroup, {
      ...this.#self(),
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: leads ? await this.#assignments(memberIds) : [],
    });
    const errorCode = intField(answer, 'errorCode', -1);
    if (errorCode === unknownMemberId) this.#memberId = '';
    if ([rebalanceInProgress, illegalGeneration, unknownMemberId].includes(errorCode)) return false;
    if (errorCode !== 0) throw new Unplanned(`SyncGroup of ${this.#groupId} answered error ${errorCode}`);
    this.#assigned = decodeAssignment(bytesField(answer, 'assignment') ?? nothing);
    const wanted = this.#assigned.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ topicName, partition })),
    );
    const reader = this.#reader;
    reader.assign(wanted.length === 0 ? [] : await committedPositions(this.#client, reader, this.#committer(), wanted));
    return true;
  }

  /** The range assignor: each topic's partitions in contiguous shares, members in order of their ids. */
  async #assignments(memberIds: readonly string[]): Promise<Struct[]> {
    const sorted = [...memberIds].sort();
    const shares = new Map<string, AssignedTopic[]>(sorted.map((memberId) => [memberId, []]));
    for (const topicName of this.#topicNames) {
      const count = (await this.#client.topic(topicName)).partitions.size;
      for (const [index, memberId] of sorted.entries()) {
        const from = Math.floor((index * count) / sorted.length);
        const to = Math.floor(((index + 1) * count) / sorted.length);
        const partitions = Array.from({ length: to - from }, (_, offset) => from + offset);
        shares.get(memberId)?.push({ topicName, partitions });
      }
    }
    return [...shares].map(([memberId, share]) => ({ memberId, assignment: encodeAssignment(share) }));
  }

  #self(): Struct {
    return { generationId: this.#generationId, memberId: this.#memberId };
  }

  #committer(): Committer {
    return {
      groupId: this.#groupId,
      memberId: this.#memberId,
      generationIdOrMemberEpoch: this.#generationId,
    };
  }

  #coordinated(apiKey: number, body: Struct): Promise<Struct> {
    return this.#client.coordinated(this.#groupId, 0, apiKey, { groupId: this.#groupId, ...body }, (answer) =>
      intField(answer, 'errorCode', 0),
    );
  }
}
