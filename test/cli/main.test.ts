import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

describe('the program', () => {
  it('helps with examples first, for itself and for every command', async () => {
    const top = await runCli(['--help']);
    expect(top.code).toBe(0);
    expect(top.stdout.startsWith('Examples:')).toBe(true);
    const commands = ['proxy', 'analyze', 'replay', 'demo', 'decode', 'filters', 'completion'];
    for (const command of commands) {
      const help = await runCli([command, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain(`Usage: kafka-scope ${command}`);
    }
  });

  it('knows every subcommand where the first word names none', async () => {
    for (const args of [
      ['help', 'analyze'],
      ['analyze', '--help'],
    ]) {
      expect((await runCli(args)).stdout).toContain('Usage: kafka-scope analyze');
    }
    const typo = await runCli(['analyse']);
    expect(typo.code).toBe(2);
    expect(typo.stderr).toContain('(Did you mean analyze?)');
    const none = await runCli([]);
    expect(none.stderr + none.stdout).toContain('decode');
  });

  it('explains the filter language from its own lists', async () => {
    const result = await runCli(['filters']);
    expect(result.code).toBe(0);
    for (const word of ['latency', 'startswith', 'req.', '==']) expect(result.stdout).toContain(word);
  });

  it('prints its version', async () => {
    const result = await runCli(['--version']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('completes its commands and flags in three shells', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const result = await runCli(['completion', shell]);
      expect(result.code).toBe(0);
      expect(result.stdout).toContain('analyze');
      expect(result.stdout).toMatch(/fail-on/);
    }
    expect((await runCli(['completion', 'tcsh'])).code).toBe(2);
  });

  it('analyzes a capture into a report, and into lines with --json', async () => {
    const capture = new URL('../../fixtures/captures/java-admin-errors.pcap', import.meta.url).pathname;
    const report = await runCli(['analyze', capture]);
    expect(report.code).toBe(0);
    expect(report.stdout).toContain('52 requests, 52 responses');
    const filtered = await runCli(['analyze', capture, '--filter', 'api == CreateTopics']);
    expect(filtered.stdout).toContain('4 requests match');
    expect(filtered.stdout).not.toMatch(/^ {2}ApiVersions/m);
    const json = await runCli(['analyze', '--json', capture, '--fail-on', 'error == TOPIC_ALREADY_EXISTS']);
    expect(json.code).toBe(5);
    expect(JSON.parse(json.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      schema: 'kafka-scope/summary@1',
      requests: 52,
    });
  });

  it('reads a capture from standard input', async () => {
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(new URL('../../fixtures/captures/v-ns.pcapng', import.meta.url));
    const result = await runCli(['analyze', '-'], { input: bytes });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('52 requests');
  });
});
