import { decodedBody } from '../exchange/bodies.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type CompiledFilter, compileFilter, type FilterContext } from '../filter/compile.ts';
import { CliError, exitCode } from './cli-error.ts';

/** The filter of a flag; a CliError with column and caret line when it does not compile. */
export function filterOf(flag: string, text: string | undefined): (CompiledFilter & { readonly ok: true }) | null {
  if (text === undefined || text.trim() === '') return null;
  const compiled = compileFilter(text);
  if (compiled.ok) return compiled;
  const caret = `${' '.repeat(Math.max(0, compiled.column - 1))}^`;
  throw new CliError(`${flag}: ${compiled.message}\n  ${text}\n  ${caret}`, exitCode.usage);
}

/**
 * What a filter on the command line may ask beside the exchange: no marks exist there, and `-5m` counts from when the
 * exchange ended, on the clock of its own source, so that a capture from last year filters like live traffic.
 */
export function commandFilterContext(exchange: Exchange): FilterContext {
  const nowUs = exchange.response?.lastByteUs ?? exchange.request?.lastByteUs ?? 0;
  return { isMarked: () => false, decodedBody, nowUs };
}
