/** What a leader hands to a member, and what members say they want: the consumer protocol's non-flexible structs. */
export interface AssignedTopic {
  readonly topicName: string;
  readonly partitions: readonly number[];
}

/** ConsumerProtocolSubscription v1: topics, no user data, partitions owned now. */
export function encodeSubscription(topicNames: readonly string[], owned: readonly AssignedTopic[]): Uint8Array {
  return Buffer.concat([int16(1), int32(topicNames.length), ...topicNames.map(text), int32(-1), topics(owned)]);
}

/** ConsumerProtocolAssignment v1: topics with partitions, no user data. */
export function encodeAssignment(assigned: readonly AssignedTopic[]): Uint8Array {
  return Buffer.concat([int16(1), topics(assigned), int32(-1)]);
}

/** Reads an assignment of any version; nothing for empty bytes, as a group without work hands out. */
export function decodeAssignment(bytes: Uint8Array): AssignedTopic[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const assigned: AssignedTopic[] = [];
  if (buffer.length < 6) return assigned;
  let at = 6;
  for (let left = buffer.readInt32BE(2); left > 0 && at + 2 <= buffer.length; left -= 1) {
    const nameBytes = buffer.readInt16BE(at);
    const topicName = buffer.toString('utf8', at + 2, at + 2 + nameBytes);
    at += 2 + nameBytes;
    const count = buffer.readInt32BE(at);
    at += 4;
    const partitions: number[] = [];
    for (let index = 0; index < count && at + 4 <= buffer.length; index += 1) {
      partitions.push(buffer.readInt32BE(at));
      at += 4;
    }
    assigned.push({ topicName, partitions });
  }
  return assigned;
}

function topics(assigned: readonly AssignedTopic[]): Buffer {
  const parts = assigned.map(({ topicName, partitions }) =>
    Buffer.concat([text(topicName), int32(partitions.length), ...partitions.map(int32)]),
  );
  return Buffer.concat([int32(assigned.length), ...parts]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
