import type { ReportFacts } from './report-facts.ts';
import type { ReportSection } from './section.ts';
import { reportSections } from './sections.ts';

/** What to print: named sections in full, or the report of one screen. */
export interface ReportChoice {
  /** Sections by name, in this order; null: every one that has something to say, shortened to one screen. */
  readonly sections: readonly string[] | null;
  /** Rows of each table; null: each section's own number, or all that `sections` asks for up to `rowsInSection`. */
  readonly top: number | null;
}

/** Rows of a table that was asked for by name, unless `--top` says otherwise. */
export const rowsInSection = 50;

/** The report of `analyze`: the first questions of an incident in one screen. Ends with a newline. */
export function printReport(facts: ReportFacts, choice: ReportChoice, color: boolean): string {
  const bold = (text: string) => (color ? `\x1b[1m${text}\x1b[22m` : text);
  return chosen(choice)
    .map((section) => printed(section, facts, choice))
    .filter((part) => part !== null)
    .map(({ title, lines }) => `${bold(title)}\n${lines.join('\n')}\n`)
    .join('\n');
}

function printed(section: ReportSection, facts: ReportFacts, { sections, top }: ReportChoice) {
  const part = section.print(facts, top ?? (sections === null ? section.rowsByDefault : rowsInSection));
  // What was asked for is answered, also with nothing.
  if (part !== null || sections === null) return part;
  return { title: section.name, lines: ['  nothing seen'] };
}

function chosen({ sections }: ReportChoice): readonly ReportSection[] {
  if (sections === null) return reportSections.filter((section) => section.rowsByDefault > 0);
  return sections
    .map((name) => reportSections.find((section) => section.name === name))
    .filter((found) => found !== undefined);
}
