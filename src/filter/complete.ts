import { fieldOf, findRef, printRef, typeOf } from './field-ref.ts';
import { fields } from './fields/index.ts';
import { FilterError } from './filter-error.ts';
import { comparisonNamed, comparisons, quantifiers } from './operators/index.ts';
import { setNames } from './parse.ts';
import { schemaNames } from './schema-names.ts';
import { filterCharsMax, type Token, tokensOf } from './tokens.ts';
import { durationUnits, sizeUnits } from './units.ts';

/** Most candidates of one answer. */
export const candidatesMax = 50;

/** What could stand at the cursor. */
export interface Candidate {
  /** Text to put between `from` and `to`. */
  readonly text: string;
  readonly kind: 'field' | 'operator' | 'value' | 'quantifier' | 'set';
  /** A type or a sentence for the second column. */
  readonly help: string;
}

/** Candidates for the text between `from` and `to` (offsets). */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly Candidate[];
  /** The field whose value is wanted, so that the caller may offer values it has seen; null elsewhere. */
  readonly valueOf: string | null;
}

/** Proposes what may stand at the cursor: fields, operators, or values of the field before it. */
export function completeFilter(text: string, cursor: number): Completion {
  const before = text.slice(0, Math.max(0, Math.min(cursor, text.length, filterCharsMax)));
  const tokens = wholeTokens(before);
  const last = tokens.at(-1);
  const typing = last?.kind === 'word' && last.end === before.length ? last : null;
  const from = typing === null ? before.length : typing.column - 1;
  const known = typing === null ? tokens : tokens.slice(0, -1);
  const prefix = typing?.text ?? '';
  const field = valueField(known);
  const all = field !== null ? valuesFor(field) : wantsOperator(known) ? operatorCandidates() : startCandidates(prefix);
  return { from, to: before.length, candidates: matching(all, prefix), valueOf: field };
}

/** Tokens of a text that may end inside a string: then there is nothing to propose. */
function wholeTokens(text: string): Token[] {
  try {
    return tokensOf(text).slice(0, -1);
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
}

function refName(token: Token | undefined): string | null {
  if (token?.kind !== 'word') return null;
  try {
    const ref = findRef(token.text, token.column);
    return ref === null ? null : printRef(ref);
  } catch (error) {
    if (error instanceof FilterError) return null;
    throw error;
  }
}

function isComparison(token: Token | undefined): boolean {
  if (token?.kind === 'sign') return comparisonNamed(token.sign) !== null;
  return token?.kind === 'word' && comparisonNamed(token.text) !== null;
}

/** The field whose value comes next: after `field op`, or inside `field in {`. */
function valueField(tokens: readonly Token[]): string | null {
  if (isComparison(tokens.at(-1))) return refName(tokens.at(-2));
  const open = tokens.findLastIndex((token) => token.kind === 'sign' && (token.sign === '{' || token.sign === '}'));
  const brace = tokens[open];
  const last = tokens.at(-1);
  const separator = last === brace || (last?.kind === 'sign' && (last.sign === ',' || last.sign === '..'));
  if (brace?.kind !== 'sign' || brace.sign !== '{' || !separator) return null;
  const negated = wordAt(tokens, open - 2) === 'not';
  return wordAt(tokens, open - 1) === 'in' ? refName(tokens[open - (negated ? 3 : 2)]) : null;
}

function wordAt(tokens: readonly Token[], index: number): string | null {
  const token = tokens[index];
  return token?.kind === 'word' ? token.text.toLowerCase() : null;
}

function wantsOperator(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (refName(last) === null) return false;
  return !isComparison(tokens.at(-2));
}

function operatorCandidates(): Candidate[] {
  const list: Candidate[] = comparisons.map(({ code, help }) => ({ text: code, kind: 'operator', help }));
  list.push({ text: 'in {', kind: 'operator', help: 'one of a list of values and ranges' });
  list.push({ text: '&&', kind: 'operator', help: 'and' }, { text: '||', kind: 'operator', help: 'or' });
  return list;
}

function startCandidates(prefix: string): Candidate[] {
  const path = /^(re[qs])((?:\.|\[).*)$/.exec(prefix);
  const list: Candidate[] = fields.map(({ name, type, help }) => ({
    text: name,
    kind: 'field',
    help: `${type}: ${help}`,
  }));
  if (path !== null) list.push(...pathCandidates(path[1] === 'req' ? 'req' : 'res', prefix));
  for (const { code, help } of quantifiers) list.push({ text: `${code}(`, kind: 'quantifier', help });
  for (const name of setNames) list.push({ text: `@${name}`, kind: 'set', help: 'a set of exchanges' });
  return list;
}

/** Names for the last part of a schema path. */
function pathCandidates(side: 'req' | 'res', prefix: string): Candidate[] {
  const dot = prefix.lastIndexOf('.');
  if (dot < 0) return [];
  const stem = prefix.slice(0, dot + 1);
  return [...schemaNames(side)].map((name) => ({ text: stem + name, kind: 'field', help: 'schema field' }));
}

function valuesFor(name: string): Candidate[] {
  const ref = findRef(name, 1);
  if (ref === null) return [];
  const words = fieldOf(ref)?.words?.words() ?? [];
  const list: Candidate[] = words.map((text) => ({ text, kind: 'value', help: fieldOf(ref)?.words?.what ?? '' }));
  const sample = (text: string, help: string): void => {
    list.push({ text, kind: 'value', help });
  };
  const type = typeOf(ref);
  if (type === 'boolean') for (const text of ['true', 'false']) sample(text, 'value');
  else if (type === 'duration') for (const unit of Object.keys(durationUnits)) sample(`100${unit}`, 'duration');
  else if (type === 'size') for (const unit of Object.keys(sizeUnits)) sample(`1${unit}`, 'size');
  else if (type === 'time') for (const text of ['-5m', '-1h', '14:02', '2026-11-21T14:02Z']) sample(text, 'time');
  return list;
}

/** Those that begin with the prefix first, then those that have it anywhere. */
function matching(all: readonly Candidate[], prefix: string): Candidate[] {
  const wanted = prefix.toLowerCase();
  const starts: Candidate[] = [];
  const has: Candidate[] = [];
  for (const candidate of all) {
    const at = candidate.text.toLowerCase().indexOf(wanted);
    if (at === 0) starts.push(candidate);
    else if (at > 0) has.push(candidate);
  }
  return [...starts, ...has].slice(0, candidatesMax);
}
