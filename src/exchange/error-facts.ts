import { errorName } from '../protocol/error-codes.ts';
import type { FieldData, Struct } from '../protocol/message.ts';
import type { ErrorFact } from './exchange.ts';
import { errorsPerExchangeMax } from './limits.ts';

/**
 * The non-zero error codes of a decoded response, with their paths as `--json` spells them and the broker's own text.
 * Of more than `errorsPerExchangeMax` the first are listed, but a code that none of them has takes the place of one
 * that others have too: which codes there are is what filters and metrics ask.
 */
export function errorFactsOf(body: Struct): readonly ErrorFact[] {
  const list = new ErrorList();
  visit(body, '', list);
  return list.facts;
}

class ErrorList {
  readonly facts: ErrorFact[] = [];
  readonly #codes = new Map<number, number>();

  /** True for an error that is to be listed; makes room for it where that needs another to go. */
  wants(code: number): boolean {
    const count = this.#codes.get(code) ?? 0;
    if (this.facts.length >= errorsPerExchangeMax) {
      // Where each listed error has a code of its own none can go, and nothing is searched for the rest of the body.
      if (count > 0 || this.#codes.size >= errorsPerExchangeMax) return false;
      const spare = this.facts.findLastIndex((fact) => (this.#codes.get(fact.code) ?? 0) > 1);
      for (const { code: other } of this.facts.splice(spare, 1))
        this.#codes.set(other, (this.#codes.get(other) ?? 0) - 1);
    }
    this.#codes.set(code, count + 1);
    return true;
  }
}

function visit(struct: Struct, path: string, list: ErrorList): void {
  for (const name in struct) {
    const value = struct[name];
    if (name === 'errorCode' && typeof value === 'number') {
      if (value !== 0 && list.wants(value)) list.facts.push(factOf(value, struct, pathOf(path, name)));
    } else if (value !== null && typeof value === 'object') visitNested(value, pathOf(path, name), list);
  }
}

function visitNested(value: FieldData | undefined, path: string, list: ErrorList): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  if (!Array.isArray(value)) {
    visit(value as Struct, path, list);
    return;
  }
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    if (element !== null && typeof element === 'object') visitNested(element, `${path}[${index}]`, list);
  }
}

function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function factOf(code: number, struct: Struct, path: string): ErrorFact {
  const message = struct.errorMessage;
  return { code, name: errorName(code), path, message: typeof message === 'string' && message !== '' ? message : null };
}
