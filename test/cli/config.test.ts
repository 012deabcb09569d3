import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyConfigFiles } from '../../src/cli/config.ts';
import { parseCount } from '../../src/cli/quantities.ts';

describe('applyConfigFiles', () => {
  let home = '';
  const before = process.cwd();

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'kafka-scope-config-'));
    await mkdir(join(home, 'kafka-scope'));
    process.chdir(home);
  });

  afterEach(async () => {
    process.chdir(before);
    await rm(home, { recursive: true, force: true });
  });

  const command = () =>
    new Command('proxy')
      .addOption(new Option('--ui-fps <n>').argParser(parseCount(1, 30)).default(10).env('KAFKA_SCOPE_TEST_FPS'))
      .addOption(new Option('--payload <mode>').default('hide'));

  const resolve = (args: string[]) => {
    const parsed = command().parse(args, { from: 'user' });
    applyConfigFiles(parsed, { XDG_CONFIG_HOME: home });
    return parsed.opts();
  };

  it('takes flag before project before user before default', async () => {
    expect(resolve([])).toEqual({ uiFps: 10, payload: 'hide' });
    await writeFile(join(home, 'kafka-scope/config.json'), '{"uiFps": 5, "proxy": {"payload": "show"}}');
    expect(resolve([])).toEqual({ uiFps: 5, payload: 'show' });
    await writeFile(join(home, 'kafka-scope.config.json'), '{"uiFps": 7}');
    expect(resolve([])).toEqual({ uiFps: 7, payload: 'show' });
    expect(resolve(['--ui-fps', '9'])).toEqual({ uiFps: 9, payload: 'show' });
  });

  it('names file, option and fault of a bad value, and refuses what is no object', async () => {
    const file = join(home, 'kafka-scope/config.json');
    await writeFile(file, '{"uiFps": 99}');
    expect(() => resolve([])).toThrow(/config\.json: uiFps: .*1 to 30/);
    await writeFile(file, '[1]');
    expect(() => resolve([])).toThrow(/expected an object/);
    await writeFile(file, '{');
    expect(() => resolve([])).toThrow(/config\.json/);
  });
});
