import { describe, expect, it } from 'vitest';
import { expectRobust, find, javaPayloads, place, toJson, treeOf } from './payload-checks.ts';

const worker = place('JoinGroupRequest', 'metadata', { protocolType: 'connect' });
const assigned = place('SyncGroupResponse', 'assignment', { protocolType: 'connect' });

describe("Connect's group protocol", () => {
  it('reads the workers that Java wrote, with the assignment inside', () => {
    for (const { version, bytes } of javaPayloads('ConnectWorkerState')) {
      const { spans, note } = treeOf(bytes, worker);
      expect(note).toBe(`${bytes.length} bytes, Connect worker state, version ${version}`);
      const json = toJson(spans, bytes);
      expect(json).toMatchObject({ version, url: 'http://w1:8083/', configOffset: version === 0 ? 17n : 18n });
      if (version > 0) expect(json.allocation).toMatchObject({ leader: 'w1', scheduledDelayMs: 300_000 });
    }
  });

  it('reads the assignments that Java wrote', () => {
    const byVersion = new Map(javaPayloads('ConnectAssignment').map(({ version, bytes }) => [version, bytes]));
    expect([...byVersion.keys()]).toEqual([0, 1, 2]);
    for (const [version, bytes] of byVersion) {
      const { spans, note } = treeOf(bytes, assigned);
      expect(note).not.toContain('not readable');
      expect(spans.some((span) => span.name === 'trailing')).toBe(false);
      const tasks = version === 0 ? [-1, 0, 3] : [-1, 0];
      expect(toJson(spans, bytes)).toMatchObject({ leader: 'w1', assignment: [{ connector: 'sink', tasks }] });
      if (version > 0) expect(toJson(spans, bytes)).toMatchObject({ revoked: [{ connector: 'src', tasks: [-1, 1] }] });
      expect(find(spans, 'tasks')?.children[0]?.note).toBe('the connector itself');
    }
    const mismatch = treeOf(byVersion.get(0) ?? new Uint8Array(0), assigned);
    expect(find(mismatch.spans, 'errorCode')?.note).toContain('config mismatch');
  });

  it('allows the last fields to be missing, as its own readers do', () => {
    const [, full] = javaPayloads('ConnectAssignment');
    const bytes = (full?.bytes ?? new Uint8Array(0)).subarray(0, -4);
    expect(treeOf(bytes, assigned).note).not.toContain('not readable');
    expect(treeOf(bytes.subarray(0, -2), assigned).note).toContain('not readable at byte');
  });

  it('knows the protocol by its name where no type is stated', () => {
    const [first] = javaPayloads('ConnectAssignment');
    const bytes = first?.bytes ?? new Uint8Array(0);
    const named = place('SyncGroupResponse', 'assignment', { protocolName: 'sessioned' });
    expect(treeOf(bytes, named).note).toContain('Connect assignment');
  });

  it('survives any bytes', () => {
    expectRobust(
      javaPayloads('ConnectWorkerState').map(({ bytes }) => bytes),
      worker,
    );
    expectRobust(
      javaPayloads('ConnectAssignment').map(({ bytes }) => bytes),
      assigned,
    );
  });
});
