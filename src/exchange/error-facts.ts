import { errorName } from '../protocol/error-codes.ts';
import type { FieldData, Struct } from '../protocol/message.ts';
import type { ErrorFact } from './exchange.ts';
import { errorsPerExchangeMax } from './limits.ts';

/** Every non-zero error code of a decoded response, with its path as `--json` spells it and the broker's own text. */
export function errorFactsOf(body: Struct): ErrorFact[] {
  const facts: ErrorFact[] = [];
  visit(body, '', facts);
  return facts;
}

function visit(struct: Struct, path: string, facts: ErrorFact[]): void {
  for (const name in struct) {
    if (facts.length >= errorsPerExchangeMax) return;
    const value = struct[name];
    const fieldPath = path === '' ? name : `${path}.${name}`;
    if (name === 'errorCode' && typeof value === 'number') {
      if (value !== 0) facts.push({ code: value, name: errorName(value), path: fieldPath, message: messageOf(struct) });
    } else visitNested(value, fieldPath, facts);
  }
}

function visitNested(value: FieldData | undefined, path: string, facts: ErrorFact[]): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  if (!Array.isArray(value)) {
    visit(value as Struct, path, facts);
    return;
  }
  for (let index = 0; index < value.length && facts.length < errorsPerExchangeMax; index++) {
    visitNested(value[index], `${path}[${index}]`, facts);
  }
}

function messageOf(struct: Struct): string | null {
  const message = struct.errorMessage;
  return typeof message === 'string' && message.length > 0 ? message : null;
}
