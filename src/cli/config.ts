import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, exitCode } from './cli-error.ts';

const configBytesMax = 1024 * 1024;

/**
 * Fills options that neither a flag nor the environment set from the project's `kafka-scope.config.json`, then the
 * user's `$XDG_CONFIG_HOME/kafka-scope/config.json`. A file is an object of option names (`"uiFps": 5`), at the top
 * for every command or below a command's name for one.
 */
export function applyConfigFiles(command: Command, env: Readonly<Record<string, string | undefined>>): void {
  const home = env.XDG_CONFIG_HOME ?? (env.HOME === undefined ? null : join(env.HOME, '.config'));
  const files = ['kafka-scope.config.json', ...(home === null ? [] : [join(home, 'kafka-scope', 'config.json')])];
  for (const file of files) {
    const config = readConfig(file);
    if (config !== null) apply(command, config, file);
  }
}

function readConfig(file: string): Readonly<Record<string, unknown>> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  if (text.length > configBytesMax)
    throw new CliError(`${file}: larger than 1 MiB; that is no configuration.`, exitCode.usage);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new CliError(`${file}: ${error instanceof Error ? error.message : error}`, exitCode.usage);
  }
  throw new CliError(`${file}: expected an object such as {"uiFps": 5}.`, exitCode.usage);
}

function apply(command: Command, config: Readonly<Record<string, unknown>>, file: string): void {
  const own = config[command.name()];
  const values = { ...config, ...(typeof own === 'object' && own !== null ? own : {}) };
  for (const option of command.options) {
    const name = option.attributeName();
    const value = values[name];
    const source = command.getOptionValueSource(name);
    if (value === undefined || (source !== undefined && source !== 'default')) continue;
    const parsed = typeof value === 'boolean' ? value : parseOption(option, String(value), file);
    command.setOptionValueWithSource(name, parsed, 'config');
  }
}

function parseOption(option: Command['options'][number], text: string, file: string): unknown {
  const parse = option.parseArg as ((value: string, previous: unknown) => unknown) | undefined;
  try {
    return parse === undefined ? text : parse(text, option.defaultValue);
  } catch (error) {
    throw new CliError(
      `${file}: ${option.attributeName()}: ${error instanceof Error ? error.message : error}`,
      exitCode.usage,
    );
  }
}
