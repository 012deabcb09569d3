import { expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

it('shows examples first, and wants to know where to write', async () => {
  const help = await runCli(['export', '--help']);
  expect(help.stdout).toMatch(/^Examples:\n {2}kafka-scope export incident\.pcapng -o slow\.pcapng/);
  expect(help.code).toBe(0);
  const without = await runCli(['export', 'x.pcap']);
  expect(without).toMatchObject({ code: 2, stdout: '' });
  expect(without.stderr).toMatch(/--output <file>/);
});

it('is known to the shells, with the flags of recording', async () => {
  const { stdout } = await runCli(['completion', 'bash']);
  expect(stdout).toMatch(/export\) .*--output.*--keylog/);
  expect(stdout).toMatch(/proxy\) .*--record .*--record-size .*--record-every .*--record-files .*--record-overwrite/);
  expect(stdout).toMatch(/demo\) .*--record /);
});
