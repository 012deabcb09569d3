import { Argument, type Command } from 'commander';
import type { CliContext } from './context.ts';

/** `completion`: a script for the shell, made from the program itself so that it cannot lag behind it. */
export function registerCompletion(program: Command, context: CliContext): void {
  program
    .command('completion')
    .description('Print a completion script: eval "$(kafka-scope completion bash)"')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) => {
      const table = program.commands.map((command) => ({
        name: command.name(),
        description: command.description().replaceAll("'", ''),
        flags: command.options.flatMap((option) =>
          option.long === undefined || option.long === null ? [] : [option.long],
        ),
      }));
      context.stdout.write(scripts[shell]?.(table) ?? '');
      context.exit(0);
    });
}

interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly string[];
}

const scripts: Readonly<Record<string, (table: readonly CommandWords[]) => string>> = {
  bash: (table) => `_kafka_scope() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${table.map((command) => command.name).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${table.map((command) => `    ${command.name}) COMPREPLY=($(compgen -W "${command.flags.join(' ')}" -f -- "$word")) ;;`).join('\n')}
  esac
}
complete -o filenames -F _kafka_scope kafka-scope
`,
  zsh: (table) => `#compdef kafka-scope
_kafka_scope() {
  if (( CURRENT == 2 )); then
    local -a commands=(${table.map((command) => `'${command.name}:${command.description}'`).join(' ')})
    _describe command commands
    return
  fi
  case "\${words[2]}" in
${table.map((command) => `    ${command.name}) compadd -- ${command.flags.join(' ')}; _files ;;`).join('\n')}
  esac
}
compdef _kafka_scope kafka-scope
`,
  fish: (table) => `complete -c kafka-scope -n __fish_use_subcommand -f
${table.map((command) => `complete -c kafka-scope -n __fish_use_subcommand -a ${command.name} -d '${command.description}'`).join('\n')}
${table
  .flatMap((command) =>
    command.flags.map(
      (flag) => `complete -c kafka-scope -n '__fish_seen_subcommand_from ${command.name}' -l ${flag.slice(2)}`,
    ),
  )
  .join('\n')}
`,
};
