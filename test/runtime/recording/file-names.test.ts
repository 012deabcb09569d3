import { expect, it } from 'vitest';
import { numberedFiles, numberedName } from '../../../src/runtime/recording/file-names.ts';

it('puts the number before the extension', () => {
  expect(numberedName('a/incident.pcapng', 3)).toBe('a/incident-0003.pcapng');
  expect(numberedName('incident', 12_345)).toBe('incident-12345');
});

it('finds the files of a set and nothing else', () => {
  const names = [
    'x-0001.pcapng',
    'x-12345.pcapng',
    'x.pcapng',
    'x-01.pcapng',
    'x-0001.pcap',
    'y-0001.pcapng',
    'x-000a.pcapng',
  ];
  expect(numberedFiles('/some/x.pcapng', names)).toEqual(['x-0001.pcapng', 'x-12345.pcapng']);
});
