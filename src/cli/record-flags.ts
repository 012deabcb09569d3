import { type Command, Option } from 'commander';
import { bytesText } from '../export/quantity-text.ts';
import type { RecordingConfig, RecordingState } from '../runtime/recording/types.ts';
import { printable } from '../wire/printable.ts';
import { CliError, exitCode } from './cli-error.ts';
import { parseCount, parseDurationMs, parseSize } from './quantities.ts';

/** The flags of `--record`, as commander names them. */
export interface RecordFlags {
  readonly record?: string;
  readonly recordSize?: number;
  readonly recordEvery?: number;
  readonly recordFiles?: number;
  readonly recordOverwrite?: boolean;
  readonly payload: 'show' | 'hide';
}

/** A file too small for a few frames would only be rotated for ever. */
const fileBytesMin = 64 * 1024;

/** Adds the recording's flags to a live command. */
export function addRecordFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--record <file>',
        'record all traffic as pcapng, decrypted; contents of records as --payload says',
      ).env('KAFKA_SCOPE_RECORD'),
    )
    .addOption(
      new Option('--record-size <size>', 'begin FILE-0002 and so on before a file is larger')
        .argParser(parseSize)
        .env('KAFKA_SCOPE_RECORD_SIZE'),
    )
    .addOption(
      new Option('--record-every <duration>', 'begin the next file after so much time')
        .argParser(parseDurationMs)
        .env('KAFKA_SCOPE_RECORD_EVERY'),
    )
    .addOption(
      new Option('--record-files <n>', 'keep the newest n files')
        .argParser(parseCount(1, 1_000_000))
        .env('KAFKA_SCOPE_RECORD_FILES'),
    )
    .addOption(
      new Option('--record-overwrite', 'replace files that are there already').env('KAFKA_SCOPE_RECORD_OVERWRITE'),
    );
}

/** `kafka-scope 0.1.0`, as files name who wrote them. */
export function applicationName(version: string | undefined): string {
  return version === undefined ? 'kafka-scope' : `kafka-scope ${version}`;
}

/** How the run is recorded; null when it is not. Throws a CliError where the flags contradict each other. */
export function recordingOf(flags: RecordFlags, version: string | undefined): RecordingConfig | null {
  const { record, recordSize, recordEvery, recordFiles, recordOverwrite } = flags;
  if (record === undefined) {
    const [lost] = [
      recordSize === undefined ? [] : ['--record-size'],
      recordEvery === undefined ? [] : ['--record-every'],
      recordFiles === undefined ? [] : ['--record-files'],
      recordOverwrite === true ? ['--record-overwrite'] : [],
    ].flat();
    if (lost === undefined) return null;
    throw new CliError(`${lost} needs --record FILE.pcapng, too.`, exitCode.usage);
  }
  if (record === '' || record === '-') {
    throw new CliError('--record needs the name of a file; standard output is for the lines.', exitCode.usage);
  }
  if (recordFiles !== undefined && recordSize === undefined && recordEvery === undefined) {
    throw new CliError(
      '--record-files needs --record-size or --record-every: one file has no successor.',
      exitCode.usage,
    );
  }
  if (recordSize !== undefined && recordSize < fileBytesMin) {
    throw new CliError(
      `--record-size is ${fileBytesMin} bytes at least, or a file would hold next to nothing.`,
      exitCode.usage,
    );
  }
  if (recordEvery !== undefined && recordEvery < 1_000) {
    throw new CliError('--record-every is 1s at least.', exitCode.usage);
  }
  return {
    path: record,
    fileBytesMax: recordSize ?? null,
    fileDurationMs: recordEvery ?? null,
    filesMax: recordFiles ?? null,
    overwrite: recordOverwrite === true,
    payload: flags.payload,
    application: applicationName(version),
  };
}

/** How a recording ended, for a person. */
export function recordingSentence({ file, files, bytes, dropped, stopped }: RecordingState): string {
  if (stopped !== null) return printable(stopped);
  const where = files === 1 ? file : `${files} files, the last is ${file}`;
  const missing = dropped === 0 ? '' : `; ${dropped} exchanges are missing, the disk was too slow`;
  return printable(`Recorded ${bytesText(bytes)} to ${where}${missing}.`);
}
