import { fields } from './fields/index.ts';
import { operators } from './operators/index.ts';
import { durationUnits, numberUnits, sizeUnits } from './units.ts';

/** A line of help: what is written, and what it means. */
export interface HelpLine {
  readonly term: string;
  readonly meaning: string;
  /** Type of a field, example of an operator. */
  readonly detail: string;
}

/** The language for help screens and docs, made from the lists that the parser itself uses. */
export interface FilterHelp {
  readonly operators: readonly HelpLine[];
  readonly fields: readonly HelpLine[];
  readonly units: readonly HelpLine[];
}

/** Everything there is to know about the language, one line each. */
export function filterHelp(): FilterHelp {
  const unit = (units: Readonly<Record<string, number>>): string => Object.keys(units).join(' ');
  return {
    operators: operators.map(({ code, also, help, example }) => ({
      term: [code, ...(also ?? [])].join(' '),
      meaning: help,
      detail: example,
    })),
    fields: [
      ...fields.map(({ name, type, help, needsBody }) => ({
        term: name,
        meaning: needsBody ? `${help} (decodes bodies)` : help,
        detail: type,
      })),
      {
        term: 'req.… res.…',
        meaning: 'any schema field as --json spells it, [*] for every element (decodes bodies)',
        detail: 'any',
      },
    ],
    units: [
      { term: unit(durationUnits), meaning: 'durations', detail: 'latency > 100ms' },
      { term: unit(sizeUnits), meaning: 'sizes; KB is 1000, KiB 1024', detail: 'size > 1MiB' },
      { term: unit(numberUnits), meaning: 'thousand and million', detail: 'records > 10k' },
    ],
  };
}
