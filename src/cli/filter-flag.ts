import { type CompiledFilter, compileFilter } from '../filter/compile.ts';
import { CliError, exitCode } from './cli-error.ts';

/** The filter of a flag; a CliError with column and caret line when it does not compile. */
export function filterOf(flag: string, text: string | undefined): (CompiledFilter & { readonly ok: true }) | null {
  if (text === undefined || text.trim() === '') return null;
  const compiled = compileFilter(text);
  if (compiled.ok) return compiled;
  const caret = `${' '.repeat(Math.max(0, compiled.column - 1))}^`;
  throw new CliError(`${flag}: ${compiled.message}\n  ${text}\n  ${caret}`, exitCode.usage);
}
