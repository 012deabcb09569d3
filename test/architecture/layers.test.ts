import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

interface Cruise {
  readonly code: number;
  readonly output: string;
}

/** Runs the law of imports over a folder that looks like the project. */
function cruise(folder: string): Promise<Cruise> {
  const depcruise = join(root, 'node_modules/.bin/depcruise');
  const config = join(root, 'test/architecture/layers.cjs');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [depcruise, '--config', config, 'src', 'ui'],
      { cwd: folder },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` });
      },
    );
  });
}

describe('the law of imports', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-scope-layers-'));
    await mkdir(join(folder, 'src/wire'), { recursive: true });
    await mkdir(join(folder, 'ui/model'), { recursive: true });
    await cp(join(root, 'src/exchange/exchange.ts'), join(folder, 'src/exchange/exchange.ts'), { recursive: true });
    await cp(join(root, 'src/wire/segment.ts'), join(folder, 'src/wire/segment.ts'));
    await cp(join(root, 'src/protocol/field-names.ts'), join(folder, 'src/protocol/field-names.ts'), {
      recursive: true,
    });
    await cp(join(root, 'package.json'), join(folder, 'package.json'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const planted: readonly [rule: string, file: string, source: string][] = [
    [
      'room-wire',
      'src/wire/bad.ts',
      "import type { Exchange } from '../exchange/exchange.ts';\nexport type Bad = Exchange;\n",
    ],
    [
      'sans-io',
      'src/exchange/bad.ts',
      "import { readFileSync } from 'node:fs';\nexport const bad = () => readFileSync('x');\n",
    ],
    [
      'src-never-imports-ui',
      'src/exchange/bad.ts',
      "import { good } from '../../ui/model/good.ts';\nexport const bad = good;\n",
    ],
    ['ui-model-is-pure', 'ui/model/bad.ts', "import { render } from 'ink';\nexport const bad = render;\n"],
    ['sockets-only-in-proxy', 'ui/model/bad.ts', "import { connect } from 'node:net';\nexport const bad = connect;\n"],
    ['no-cycles', 'src/wire/bad.ts', "import { other } from './other.ts';\nexport const bad = other;\n"],
  ];

  it.each(planted)('turns red for %s', async (rule, file, source) => {
    await writeFile(join(folder, 'ui/model/good.ts'), 'export const good = 1;\n');
    await writeFile(
      join(folder, 'src/wire/other.ts'),
      "import { bad } from './bad.ts';\nexport const other = () => bad;\n",
    );
    await writeFile(join(folder, 'src/wire/bad.ts'), 'export const bad = 1;\n');
    await writeFile(join(folder, file), source);
    const result = await cruise(folder);
    await rm(join(folder, file));
    expect(result.output).toContain(rule);
    expect(result.code).not.toBe(0);
  });

  it('is green for a tree that keeps it, and has looked at the tree', async () => {
    await rm(join(folder, 'src/wire/other.ts'), { force: true });
    await rm(join(folder, 'src/wire/bad.ts'), { force: true });
    const result = await cruise(folder);
    expect(result.output).toMatch(/no dependency violations found \([1-9]/);
    expect(result.code).toBe(0);
  });
});
