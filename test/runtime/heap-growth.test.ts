import { expect, it } from 'vitest';
import { HeapGrowth, smallHeapBytesMax } from '../../src/runtime/heap-growth.ts';
import { runCommand } from '../kafka/process.ts';

const module = new URL('../../src/runtime/heap-growth.ts', import.meta.url).pathname;

/** Most memory of a process that keeps 40 MB alive while as much again and again becomes garbage. */
async function residentMebibytes(prepare: string): Promise<number> {
  const script = `
    import { keepHeapSmall } from ${JSON.stringify(module)};
    ${prepare}
    const kept = [];
    for (let index = 0; index < 4_000_000; index += 1) kept[index % 400_000] = { index, text: 'x' + index, more: [index] };
    console.log(Math.round(process.resourceUsage().maxRSS / 1024), kept.length);`;
  const result = await runCommand(process.execPath, ['--input-type=module-typescript', '-e', script], {
    timeoutMs: 120_000,
  });
  expect(result.code, result.stderr).toBe(0);
  return Number(result.stdout.split(' ')[0]);
}

it('keeps a process near what it has alive', { timeout: 240_000 }, async () => {
  const usual = await residentMebibytes('');
  const small = await residentMebibytes('keepHeapSmall();');
  expect(small).toBeLessThan(usual);
});

it('leaves a heap alone that is small as it is', () => {
  const growth = new HeapGrowth();
  growth.look(smallHeapBytesMax - 1);
  expect(growth.kept).toBe(false);
  growth.look(smallHeapBytesMax);
  expect(growth.kept).toBe(true);
  growth.look(0);
  expect(growth.kept).toBe(true);
});
