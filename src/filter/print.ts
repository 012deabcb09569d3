import { printRef } from './field-ref.ts';
import { fieldNamed } from './fields/index.ts';
import { isReserved } from './parse.ts';
import { looksLikePath } from './schema-path.ts';
import type { Expression, Item, Value } from './types.ts';

/** A filter in its canonical spelling: what parses to the same tree again. */
export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'or':
      return expression.operands.map(printFilter).join(' || ');
    case 'and':
      return expression.operands
        .map((each) => (each.kind === 'or' ? `(${printFilter(each)})` : printFilter(each)))
        .join(' && ');
    case 'not':
      return `!${printOperand(expression.operand)}`;
    case 'quantified':
      return `${expression.quantifier}(${printFilter(expression.operand)})`;
    case 'count':
      return `count(${printFilter(expression.operand)}) ${expression.code} ${expression.count}`;
    case 'present':
      return printRef(expression.field);
    case 'comparison':
      return `${printRef(expression.field)} ${expression.code} ${printValue(expression.value)}`;
    case 'membership':
      return `${printRef(expression.field)} ${expression.negated ? 'not in' : 'in'} {${expression.items.map(printItem).join(', ')}}`;
    case 'search':
      return isPlainWord(expression.text) ? expression.text : quote(expression.text);
    case 'set':
      return `@${expression.name}`;
  }
}

/** What a `!` binds to without doubt stays bare; the rest is parenthesised for the reader's sake. */
function printOperand(operand: Expression): string {
  const text = printFilter(operand);
  switch (operand.kind) {
    case 'and':
    case 'or':
    case 'comparison':
    case 'membership':
    case 'count':
      return `(${text})`;
    default:
      return text;
  }
}

function printItem(item: Item): string {
  return item.to === null ? printValue(item.from) : `${printValue(item.from)}..${printValue(item.to)}`;
}

function printValue(value: Value): string {
  switch (value.kind) {
    case 'text':
      return quote(value.text);
    case 'pattern':
      return `/${value.source.replaceAll(/\\.|\//gs, (part) => (part === '/' ? '\\/' : part))}/${value.ignoreCase ? 'i' : ''}`;
    case 'number':
      return value.digits;
    case 'quantity':
      return value.digits + value.unit;
    case 'word':
      return value.word;
    case 'boolean':
      return String(value.value);
    case 'time':
      return value.text;
    case 'field':
      return printRef(value.field);
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** A text in quotes, control characters escaped. */
export function quote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    quoted += escapes[char] ?? (control ? `\\x${code.toString(16).padStart(2, '0')}` : char);
  }
  return `${quoted}"`;
}

function isPlainWord(text: string): boolean {
  if (!/^[A-Za-z0-9][A-Za-z0-9_:-]*(\.[A-Za-z0-9_:-]+)*$/.test(text) || isReserved(text)) return false;
  return fieldNamed(text) === null && !looksLikePath(text);
}
