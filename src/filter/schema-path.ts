import type { FieldData, Struct } from '../protocol/message.ts';
import { isStruct } from './fields/body-values.ts';
import { FilterError } from './filter-error.ts';
import { schemaNames } from './schema-names.ts';
import { didYouMean } from './suggest.ts';
import type { PathStep, SchemaPath } from './types.ts';

/** Tells whether a word is meant as a schema path. */
export function looksLikePath(word: string): boolean {
  return /^re[qs][.[]/.test(word);
}

/** Reads `req.topic_data[*].name`; snake_case becomes camelCase. Throws a FilterError at a name no schema has. */
export function parseSchemaPath(word: string, column: number): SchemaPath {
  const side = word.startsWith('req') ? 'req' : 'res';
  const steps: PathStep[] = [];
  const part = /\.([A-Za-z][A-Za-z0-9_]*)|\[(\d{1,7}|\*)\]/y;
  part.lastIndex = 3;
  while (part.lastIndex < word.length) {
    const at = part.lastIndex;
    const found = part.exec(word);
    if (found === null) throw new FilterError('a path goes on with .name, [*] or [number]', column + at);
    const [, name, index] = found;
    if (name !== undefined) steps.push(schemaName(side, name, column + at + 1));
    else if (steps.length === 0)
      throw new FilterError(`${side} is no list; name a field, such as ${side}.topics[*]`, column + at);
    else steps.push(index === '*' ? '*' : Number(index));
  }
  return { side, steps };
}

function schemaName(side: SchemaPath['side'], written: string, column: number): string {
  const names = schemaNames(side);
  const camel = written.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const name = camel.charAt(0).toLowerCase() + camel.slice(1);
  if (names.has(name)) return name;
  const what = side === 'req' ? 'request' : 'response';
  throw new FilterError(`no ${what} has a field "${written}"${didYouMean(name, names)}`, column);
}

/** The path as `--json` spells it. */
export function printSchemaPath(path: SchemaPath): string {
  let text: string = path.side;
  for (const step of path.steps) text += step === '*' ? '[*]' : typeof step === 'number' ? `[${step}]` : `.${step}`;
  return text;
}

/**
 * Gives `found` every value at the end of a path. A name after a list without brackets looks into every element, so
 * `req.topics.name` and `req.topics[*].name` find the same. Lists at the end are given element by element.
 */
export function visitPath(
  start: FieldData | undefined,
  steps: readonly PathStep[],
  from: number,
  found: (value: FieldData) => void,
): void {
  if (start === undefined || start === null) return;
  const step = steps[from];
  if (Array.isArray(start)) {
    if (typeof step === 'number') visitPath(start[step], steps, from + 1, found);
    else for (const item of start) visitPath(item, steps, step === '*' ? from + 1 : from, found);
  } else if (step === undefined) found(start);
  else if (typeof step === 'string' && step !== '*' && isStruct(start))
    visitPath(field(start, step), steps, from + 1, found);
}

function field(struct: Struct, name: string): FieldData | undefined {
  return Object.hasOwn(struct, name) ? struct[name] : undefined;
}
