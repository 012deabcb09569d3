import { describe, expect, it } from 'vitest';
import { LimitCounter } from '../../../src/capture/limits.ts';
import { KeyLog } from '../../../src/capture/tls/key-log.ts';

const random = (fill: string) => fill.repeat(32);
const bytesOf = (hex: string) => Buffer.from(hex, 'hex');

describe('KeyLog', () => {
  it('reads the lines it needs and steps over the rest', () => {
    const log = new KeyLog(10, new LimitCounter());
    log.add(
      `# a comment\r\nCLIENT_RANDOM ${random('AB')} ${'cd'.repeat(48)}\r\nEXPORTER_SECRET ${random('ab')} ${'00'.repeat(32)}\nCLIENT_RANDOM short ff\n`,
    );
    expect(log.lines).toBe(1);
    expect(log.find('CLIENT_RANDOM', bytesOf(random('ab')))).toEqual(bytesOf('cd'.repeat(48)));
    expect(log.find('SERVER_TRAFFIC_SECRET_0', bytesOf(random('ab')))).toBeNull();
    expect(log.knows(bytesOf(random('ab')))).toBe(true);
    expect(log.knows(bytesOf(random('ac')))).toBe(false);
  });

  it('keeps no more sessions than its limit, and says so', () => {
    const counter = new LimitCounter();
    const log = new KeyLog(1, counter);
    for (const fill of ['01', '02', '03']) log.add(`CLIENT_RANDOM ${random(fill)} ${'cd'.repeat(48)}`);
    expect(log.lines).toBe(1);
    expect(counter.counts()).toEqual({ tlsSessionsMax: 2 });
  });
});
