import type { MergedSpec } from './merge.ts';
import type { SpecField } from './spec.ts';
import { sameVersions, type VersionSet } from './versions.ts';

const scalars: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int8: 'number',
  int16: 'number',
  uint16: 'number',
  int32: 'number',
  uint32: 'number',
  int64: 'bigint',
  float64: 'number',
  uuid: 'string',
  string: 'string',
  bytes: 'Uint8Array',
  records: 'Uint8Array',
};

/** Emits TypeScript types for the messages of one table file; struct names that two messages share get a prefix. */
export class TypeWriter {
  readonly #taken = new Map<string, string>();
  readonly #lines: string[] = [];

  /** Adds a message and every struct below it. */
  add(merged: MergedSpec): void {
    this.#struct(merged.newest.name, merged.newest.name, merged.fields, merged.valid);
  }

  /** The text of all types added so far. */
  text(): string {
    return this.#lines.join('\n');
  }

  #struct(message: string, name: string, fields: readonly SpecField[], valid: VersionSet): void {
    const body: string[] = [];
    const later: (() => void)[] = [];
    for (const field of fields) {
      const array = field.type.startsWith('[]');
      const element = field.type.replace('[]', '');
      let type = scalars[element];
      if (type === undefined) {
        const { chosen, fresh } = this.#choose(message, element, field.fields);
        type = chosen;
        if (fresh) later.push(() => this.#struct(message, chosen, field.fields, field.versions));
      }
      if (array) type = `readonly ${type}[]`;
      if (field.nullable.length > 0 || element === 'records') type += ' | null';
      const optional = field.tagged.length > 0 || !sameVersions(field.versions, valid);
      body.push(`  readonly ${field.name}${optional ? '?' : ''}: ${type};`);
    }
    if (this.#lines.length > 0) this.#lines.push('');
    const what = name === message ? `Body of ${message}.` : `Part of ${message}.`;
    this.#lines.push(`/** ${what} */`);
    this.#lines.push(body.length === 0 ? `export type ${name} = Record<never, never>;` : `export type ${name} = {`);
    if (body.length > 0) this.#lines.push(...body, '};');
    for (const write of later) write();
  }

  #choose(message: string, element: string, fields: readonly SpecField[]): { chosen: string; fresh: boolean } {
    const shape = JSON.stringify(fields);
    for (const candidate of [element, message + element]) {
      const taken = this.#taken.get(candidate);
      if (taken === shape) return { chosen: candidate, fresh: false };
      if (taken === undefined) {
        this.#taken.set(candidate, shape);
        return { chosen: candidate, fresh: true };
      }
    }
    for (let number = 2; ; number += 1) {
      const candidate = `${message}${element}${number}`;
      if (!this.#taken.has(candidate)) {
        this.#taken.set(candidate, shape);
        return { chosen: candidate, fresh: true };
      }
    }
  }
}
