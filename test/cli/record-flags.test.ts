import { expect, it } from 'vitest';
import { applicationName, type RecordFlags, recordingOf, recordingSentence } from '../../src/cli/record-flags.ts';

const flags = (changes: Partial<RecordFlags>): RecordFlags => ({ payload: 'hide', ...changes });

it('records nothing unless asked', () => {
  expect(recordingOf(flags({}), '1.2.3')).toBeNull();
});

it('takes name, size, time and ring', () => {
  const given = {
    record: 'a.pcapng',
    recordSize: 1_000_000,
    recordEvery: 60_000,
    recordFiles: 5,
    recordOverwrite: true,
  };
  expect(recordingOf(flags({ ...given, payload: 'show' }), '1.2.3')).toEqual({
    path: 'a.pcapng',
    fileBytesMax: 1_000_000,
    fileDurationMs: 60_000,
    filesMax: 5,
    overwrite: true,
    payload: 'show',
    application: 'kafka-scope 1.2.3',
  });
});

it.each([
  [{ recordSize: 1_000_000 }, /--record-size needs --record/],
  [{ recordFiles: 2 }, /--record-files needs --record/],
  [{ record: '-' }, /name of a file/],
  [{ record: 'a', recordFiles: 2 }, /--record-files needs --record-size or --record-every/],
  [{ record: 'a', recordSize: 10 }, /65536 bytes at least/],
  [{ record: 'a', recordEvery: 10 }, /1s at least/],
])('refuses %j', (given, sentence) => {
  expect(() => recordingOf(flags(given), '1')).toThrow(sentence);
});

it('says how a recording ended', () => {
  const state = { file: 'a.pcapng', bytes: 1_500_000, files: 1, dropped: 0, stopped: null };
  expect(recordingSentence(state)).toBe('Recorded 1.50 MB to a.pcapng.');
  expect(recordingSentence({ ...state, files: 3, dropped: 7 })).toBe(
    'Recorded 1.50 MB to 3 files, the last is a.pcapng; 7 exchanges are missing, the disk was too slow.',
  );
  expect(recordingSentence({ ...state, stopped: 'full\u001b[2J' })).toBe('full\\x1b[2J');
  expect(applicationName(undefined)).toBe('kafka-scope');
});
