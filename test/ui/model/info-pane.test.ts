import { describe, expect, it } from 'vitest';
import { infoLines, missingDetail } from '../../../ui/model/info-pane.ts';
import { lineText } from '../../../ui/model/line.ts';
import { UiSession } from '../../support/ui-session.ts';

async function info(exchanges: number, ...keys: string[]): Promise<string[]> {
  const session = await new UiSession(120, 36, { exchanges }).settle();
  await session.keys('enter', ...keys);
  return infoLines(session.state, 71, 20).map((row) => lineText(row).trimEnd());
}

describe('the facts below the bytes', () => {
  it('name the field, the error and what to do, the timing, the peers', async () => {
    expect(await info(4, 'j', 'j', 'j', 'j')).toEqual([
      'selected  body.acks',
      '          INT16  offset 0x14  2 bytes',
      'error     6 NOT_LEADER_OR_FOLLOWER',
      '          The client asked a broker that no longer leads the partition.',
      '          Its metadata is stale; it refreshes and retries.',
      'timing    812.0 ms = queued 0.1 ms + broker 811.9 ms + wait 0.0 ms',
      '          request transfer 0.1 ms  response 0.3 ms  proxy 0.1 ms',
      '          throttle 0.0 ms',
      'client    apache-kafka-java 3.9.1  127.0.0.1:52104',
      'broker    127.0.0.1:19093  no TLS  no SASL seen',
    ]);
  });

  it('name a message, its records and a missing answer', async () => {
    const lines = await info(10);
    expect(lines[0]).toBe('selected  whole request, 5.1 KB');
    expect(lines[1]).toBe('timing    no latency: unanswered-by-design');
    expect(lines.join('\n')).toContain('records   40 in 1 batch, lz4, 11.7 KB');
    expect((await info(7, 'G'))[0]).toBe('selected  no response');
    expect((await info(7))[1]).toBe('timing    not answered yet');
  });

  it('say how much is not listed', async () => {
    const session = await new UiSession(120, 36, { exchanges: 4 }).settle();
    await session.keys('enter');
    const { detail } = session.state;
    const known = detail.snapshot ?? expect.unreachable();
    const records = { count: 9, batches: 3, bytes: 900, codecs: [] };
    const snapshot = { ...known, records, partitionsOmitted: 5, row: { ...known.row, errorCount: 13 } };
    const lines = infoLines({ ...session.state, detail: { ...detail, snapshot } }, 90, 30)
      .map(lineText)
      .join('\n');
    expect(lines).toContain('and 12 more error codes in the response');
    expect(lines).toContain('9 in 3 batches, 900 B, without those of 5 more partitions');
  });

  it('say why there is nothing', async () => {
    const session = await new UiSession(120, 36, { exchanges: 0 }).settle();
    expect(lineText(missingDetail(session.state) ?? [])).toBe('  no exchange selected');
  });
});
