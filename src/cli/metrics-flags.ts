import { type Command, InvalidArgumentError, Option } from 'commander';
import { labelValuesDefault } from '../metrics/export-tables.ts';
import { parseListen } from '../proxy/host-port.ts';
import type { ExportersConfig, OtlpConfig } from '../runtime/run-config.ts';
import { CliError, exitCode } from './cli-error.ts';
import { parseCount, parseDurationMs } from './quantities.ts';

/** The flags of metrics, as commander names them. */
export interface MetricsFlags {
  readonly metrics?: string;
  readonly metricsLabelLimit: number;
  readonly otlp?: string;
  readonly otlpInterval: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const intervalMsMin = 1_000;

/** `setTimeout` takes no longer ones. */
const intervalMsMax = 86_400_000;

/** Adds the flags of metrics to a command that runs live. */
export function addMetricsFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--metrics <[host:]port>',
        'serve Prometheus metrics, /healthz and /readyz; port 0 takes a free one',
      ).env('KAFKA_SCOPE_METRICS'),
    )
    .addOption(
      new Option('--metrics-label-limit <n>', 'client ids, groups … told apart in metrics; the rest is "other"')
        .argParser(parseCount(1, 10_000))
        .default(labelValuesDefault)
        .env('KAFKA_SCOPE_METRICS_LABEL_LIMIT'),
    )
    .addOption(
      new Option(
        '--otlp <url>',
        'push the same metrics to URL/v1/metrics (OTLP/HTTP JSON); headers from OTEL_EXPORTER_OTLP_HEADERS',
      ).env('KAFKA_SCOPE_OTLP'),
    )
    .addOption(
      new Option('--otlp-interval <duration>', 'time between two pushes')
        .argParser(parseInterval)
        .default(10_000, '10s')
        .env('KAFKA_SCOPE_OTLP_INTERVAL'),
    );
}

function parseInterval(text: string): number {
  const ms = parseDurationMs(text);
  if (ms < intervalMsMin || ms > intervalMsMax) throw new InvalidArgumentError('Give 1s or more, and 24h at most.');
  return ms;
}

/** How metrics leave the run; null when nobody asked for them. Usage errors are told in a sentence. */
export function exportersOf(flags: MetricsFlags, env: Environment, version: string): ExportersConfig | null {
  if (flags.metrics === undefined && flags.otlp === undefined) return null;
  const listen = flags.metrics === undefined ? null : parseListen(flags.metrics, '--metrics');
  if (listen?.kind === 'error') throw new CliError(listen.message, exitCode.usage);
  return {
    listen: listen?.value ?? null,
    otlp: flags.otlp === undefined ? null : otlpOf(flags.otlp, flags.otlpInterval, env),
    labelLimit: flags.metricsLabelLimit,
    version,
  };
}

function otlpOf(text: string, intervalMs: number, env: Environment): OtlpConfig {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError('--otlp: give a URL such as http://localhost:4318.', exitCode.usage);
  }
  if (url.username !== '' || url.password !== '') {
    throw new CliError(
      '--otlp: no user or password in the URL, it would be shown; use OTEL_EXPORTER_OTLP_HEADERS=authorization=….',
      exitCode.usage,
    );
  }
  url.hash = '';
  if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  const headers = {
    ...headersOf(env, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...headersOf(env, 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'),
  };
  return { url: url.href, intervalMs, headers: Object.entries(headers) };
}

/** `name=value,name=value`, values percent-encoded (OpenTelemetry, OTLP exporter configuration). Values are never shown. */
function headersOf(env: Environment, variable: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [at, part] of (env[variable] ?? '').split(',').entries()) {
    if (part.trim() === '') continue;
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(.*?)\s*$/.exec(part);
    const value = decoded(match?.[2]);
    if (match?.[1] === undefined || value === null) {
      throw new CliError(`${variable}: entry ${at + 1} is not name=value (values percent-encoded).`, exitCode.usage);
    }
    headers[match[1].toLowerCase()] = value;
  }
  return headers;
}

/** The value as a header can carry it; null when it cannot. */
function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    const value = decodeURIComponent(text);
    return /^[\t\x20-\x7e]*$/.test(value) ? value : null;
  } catch {
    return null;
  }
}
