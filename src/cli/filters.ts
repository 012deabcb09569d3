import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** `filters`: the filter language, printed from the lists that the parser itself uses. */
export function registerFilters(program: Command, context: CliContext): void {
  program
    .command('filters')
    .description('The filter language: operators, fields, units')
    .action(async () => {
      const { filterHelp } = await import('../filter/filter-help.ts');
      const { table } = await import('../export/text-table.ts');
      const help = filterHelp();
      const sections = [
        ['Operators', help.operators, 'EXAMPLE'],
        ['Fields', help.fields, 'TYPE'],
        ['Units', help.units, ''],
      ] as const;
      for (const [title, lines, detail] of sections) {
        const rows = table(
          [
            { title: 'WRITE', cell: (line: (typeof lines)[number]) => line.term },
            { title: 'MEANS', cell: (line) => line.meaning },
            { title: detail, cell: (line) => line.detail },
          ],
          lines,
        );
        context.stdout.write(`${title}\n${rows.join('\n')}\n\n`);
      }
      context.exit(0);
    });
}
