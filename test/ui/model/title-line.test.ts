import { describe, expect, it } from 'vitest';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { titleLine } from '../../../ui/model/title-line.ts';
import { UiSession } from '../../support/ui-session.ts';

const session = await new UiSession(120, 36, { exchanges: 48_210 }).settle();
const { title } = session.state;
if (title === null) throw new Error('the fake run has no title');

describe('the title', () => {
  it('says what runs, since when and how', () => {
    expect(lineText(titleLine({ ...title, nowUs: title.startedAtUs + 847_000_000 }, unicodeGlyphs, 160))).toBe(
      ' kafka-scope  proxy :19092 → broker:9092  ● REC 00:14:07  48,210 exch  3.1k/s  p99 41 ms  err 0.4%  37 conn  mem 64 MiB of 256 MiB',
    );
  });

  it('drops the least important first and never its name', () => {
    for (let columns = 60; columns < 170; columns += 1) {
      const row = titleLine({ ...title, droppedExchanges: 12 }, unicodeGlyphs, columns);
      expect(lineWidth(row)).toBeLessThanOrEqual(columns);
      expect(lineText(row)).toMatch(/^ kafka-scope {2}proxy :19092 → broker:9092 .*48,210 exch/);
    }
    expect(lineText(titleLine(title, unicodeGlyphs, 80))).toContain('err 0.4%');
  });

  it('tells of dropped history, of reading and of the end', () => {
    expect(lineText(titleLine({ ...title, droppedExchanges: 1_204 }, unicodeGlyphs, 200))).toContain(
      'dropped 1,204 of 48,210',
    );
    expect(
      lineText(titleLine({ ...title, reading: { readBytes: 63, totalBytes: 100 } }, unicodeGlyphs, 160)),
    ).toContain('reading 63%');
    expect(
      lineText(titleLine({ ...title, reading: { readBytes: 2_048, totalBytes: null } }, unicodeGlyphs, 160)),
    ).toContain('reading 2 KiB');
    expect(lineText(titleLine({ ...title, finished: true }, unicodeGlyphs, 160))).toContain('  ended  ');
  });

  it('says how much is recorded, what is missing there, and that recording stopped', () => {
    const recording = { file: 'a.pcapng', bytes: 2_048, dropped: 0, stopped: null };
    const shown = (change: object) =>
      lineText(titleLine({ ...title, recording: { ...recording, ...change } }, unicodeGlyphs, 200));
    expect(shown({})).toContain('  file 2 KiB');
    expect(shown({ dropped: 1_204 })).toContain('  file 2 KiB, 1,204 lost');
    expect(shown({ stopped: 'the disk is full' })).toContain('  recording stopped');
  });

  it('says loudly that it does not see all, or that bytes do not add up, on the narrowest terminal too', () => {
    const blind = titleLine({ ...title, inspectedShare: 0.4 }, unicodeGlyphs, 80);
    expect(lineText(blind)).toContain('! looking at 40%');
    expect(blind.find(({ text }) => text.includes('looking at'))?.role).toBe('error');
    const unbalanced = titleLine({ ...title, unbalancedConnections: 2 }, unicodeGlyphs, 80);
    expect(lineText(unbalanced)).toContain('✗ BYTES DO NOT ADD UP (2 conn, 3)');
    const well = lineText(titleLine({ ...title, inspectedShare: 1, unbalancedConnections: 0 }, unicodeGlyphs, 200));
    expect(well).toBe(lineText(titleLine({ ...title, inspectedShare: null }, unicodeGlyphs, 200)));
  });

  it('says unknown figures as unknown', () => {
    expect(lineText(titleLine({ ...title, p99Us: null, errorShare: null }, unicodeGlyphs, 160))).toContain(
      'p99 ?  err ?',
    );
    expect(lineText(titleLine(null, unicodeGlyphs, 80))).toBe(' kafka-scope  starting');
  });

  it('is ASCII where that was asked', () => {
    expect(lineText(titleLine({ ...title, source: 'a → b\u001b' }, asciiGlyphs, 160))).toMatch(
      /proxy a -> b\\x1b {2}\* REC/,
    );
  });
});
