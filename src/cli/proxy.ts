import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatHostPort, type Parsed, parseBrokerPort, parseHostPort, parseListen } from '../proxy/host-port.ts';
import type { RunConfig } from '../runtime/run-config.ts';
import { historyBytesMaxDefault } from '../store/history.ts';
import { type AddressFlags, addAddressFlags, addressOptionsOf } from './address-flags.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { addMetricsFlags, exportersOf, type MetricsFlags } from './metrics-flags.ts';
import { addPathFlags, type PathFlags } from './path-flags.ts';
import { parseCount, parseDurationMs, parseSize } from './quantities.ts';
import { addRecordFlags, type RecordFlags, recordingOf } from './record-flags.ts';
import { addTlsFlags, clientTlsOf, type TlsFlags } from './tls-flags.ts';
import { addTrafficFlags, type TrafficFlags } from './traffic-flags.ts';
import { addUpstreamFlags, type UpstreamFlags, upstreamOf } from './upstream-flags.ts';
import { addWorkersFlag, type WorkersFlag } from './workers-flags.ts';

interface ProxyFlags
  extends TrafficFlags,
    TlsFlags,
    UpstreamFlags,
    AddressFlags,
    PathFlags,
    MetricsFlags,
    RecordFlags,
    WorkersFlag {
  readonly listen: string;
  readonly brokerPort: readonly (readonly [number, number])[];
  readonly connectTimeout: number;
  readonly drainTimeout: number;
  readonly handshakeTimeout: number;
  readonly stallTimeout: number;
  readonly idleTimeout: number;
  readonly maxConnections: number;
  readonly memory: number;
  readonly uiFps: number;
}

const examples = `Examples:
  kafka-scope proxy --upstream broker:9092
      listen on 127.0.0.1:19092 and show the screen; point a client at it
  kafka-scope proxy --upstream b1:9092,b2:9092 --listen 0.0.0.0:19092 --advertise proxy.internal
      for clients on other machines
  kafka-scope proxy --upstream broker:9093 --upstream-tls --upstream-ca ca.pem --tls-auto
      TLS on both sides; \`kafka-scope ca\` tells how clients come to trust it
  kafka-scope proxy --upstream-config client.properties
      log in to the brokers as this Java or kcat configuration does, for clients that do not
  kafka-scope proxy --upstream broker:9092 --json --filter 'error' | jq .errors
      failed exchanges as JSON lines
`;

function collectBrokerPort(text: string, previous: readonly (readonly [number, number])[]) {
  const parsed = parseBrokerPort(text);
  if (parsed.kind === 'error') throw new InvalidArgumentError(parsed.message);
  return [...previous, [parsed.value.nodeId, parsed.value.port] as const];
}

/** `proxy`: the live man in the middle. */
export function registerProxy(program: Command, context: CliContext): void {
  const command = program
    .command('proxy')
    .description('Stand between clients and a cluster and show every request and response')
    .addHelpText('before', examples);
  addUpstreamFlags(command)
    .addOption(
      new Option('--listen <[host:]port>', 'where clients connect; port 0 takes a free one')
        .default('127.0.0.1:19092')
        .env('KAFKA_SCOPE_LISTEN'),
    )
    .addOption(
      new Option('--advertise <host>', 'host that clients are told to use (default: the address they came to)').env(
        'KAFKA_SCOPE_ADVERTISE',
      ),
    )
    .addOption(
      new Option('--broker-ports <first>', 'node n listens on FIRST + n; 0 takes free ports (default: listen port + 1)')
        .argParser(parseCount(0, 65_535))
        .env('KAFKA_SCOPE_BROKER_PORTS'),
    )
    .addOption(
      new Option('--broker-port <id=port>', 'pin the port of one broker (repeatable)')
        .argParser(collectBrokerPort)
        .default([], 'none'),
    )
    .addOption(
      new Option('--connect-timeout <duration>', 'for one upstream connection')
        .argParser(parseDurationMs)
        .default(5_000, '5s')
        .env('KAFKA_SCOPE_CONNECT_TIMEOUT'),
    )
    .addOption(
      new Option('--drain-timeout <duration>', 'for answers in flight at the end')
        .argParser(parseDurationMs)
        .default(20_000, '20s')
        .env('KAFKA_SCOPE_DRAIN_TIMEOUT'),
    )
    .addOption(
      new Option('--handshake-timeout <duration>', 'for TLS and the first byte of a client; 0s: no limit')
        .argParser(parseDurationMs)
        .default(30_000, '30s')
        .env('KAFKA_SCOPE_HANDSHAKE_TIMEOUT'),
    )
    .addOption(
      new Option('--stall-timeout <duration>', 'for the rest of a frame that was begun; 0s: no limit')
        .argParser(parseDurationMs)
        .default(60_000, '60s')
        .env('KAFKA_SCOPE_STALL_TIMEOUT'),
    )
    .addOption(
      new Option('--idle-timeout <duration>', 'ends connections without traffic; 0s: that is left to the brokers')
        .argParser(parseDurationMs)
        .default(0, '0s')
        .env('KAFKA_SCOPE_IDLE_TIMEOUT'),
    )
    .addOption(
      new Option('--max-connections <n>', 'client connections at once')
        .argParser(parseCount(1, 1_000_000))
        .default(10_000)
        .env('KAFKA_SCOPE_MAX_CONNECTIONS'),
    )
    .addOption(
      new Option('--memory <size>', 'history kept for the screen')
        .argParser(parseSize)
        .default(historyBytesMaxDefault, '256MiB')
        .env('KAFKA_SCOPE_MEMORY'),
    )
    .addOption(
      new Option('--ui-fps <n>', 'screen refreshes a second')
        .argParser(parseCount(1, 30))
        .default(10)
        .env('KAFKA_SCOPE_UI_FPS'),
    );
  const withFlags = addRecordFlags(
    addMetricsFlags(addWorkersFlag(addPathFlags(addAddressFlags(addTlsFlags(command))))),
  );
  addTrafficFlags(withFlags).action(async (flags: ProxyFlags) => {
    const { runTraffic } = await import('./run-traffic.ts');
    const recording = recordingOf(flags, program.version());
    const exporters = exportersOf(flags, context.env, program.version() ?? '');
    const config = { ...proxyConfig(flags, context), recording, exporters };
    await runTraffic(context, config, flags, { live: true, uiFps: flags.uiFps });
  });
}

function proxyConfig(flags: ProxyFlags, context: CliContext): RunConfig {
  const upstream = upstreamOf(flags, (sentence) => context.stderr.write(`warning: ${sentence}\n`));
  const listen = parsedValue(parseListen(flags.listen));
  for (const { host, port } of upstream.servers) {
    if (host === listen.host && port === listen.port) {
      throw new CliError(
        `--upstream ${formatHostPort(host, port)} is the proxy's own listener: it would talk to itself. Give the broker's address.`,
        exitCode.usage,
      );
    }
  }
  if (flags.advertise !== undefined) parsedValue(parseHostPort(advertised(flags.advertise), '--advertise'));
  const clientTls = clientTlsOf(flags, context.env);
  return {
    source: {
      kind: 'proxy',
      listen,
      upstreams: upstream.servers,
      advertiseHost: flags.advertise ?? null,
      ...addressOptionsOf(flags, clientTls !== null),
      brokerPortsFirst: flags.brokerPorts ?? null,
      brokerPorts: flags.brokerPort,
      connectTimeoutMs: flags.connectTimeout,
      drainTimeoutMs: flags.drainTimeout,
      handshakeTimeoutMs: flags.handshakeTimeout,
      stallTimeoutMs: flags.stallTimeout,
      idleTimeoutMs: flags.idleTimeout,
      connectionsMax: flags.maxConnections,
      clientTls,
      upstreamTls: upstream.tls,
      upstreamSasl: upstream.sasl,
      keylogPath: flags.keylog ?? null,
      inspect: flags.inspect,
      hashes: flags.hash === true,
      workers: flags.workers,
    },
    historyBytesMax: flags.memory,
    unsafeShowSecrets: flags.unsafeShowSecrets === true,
  };
}

/** The value, or a usage error with the parser's sentence. */
function parsedValue<Value>(parsed: Parsed<Value>): Value {
  if (parsed.kind === 'ok') return parsed.value;
  throw new CliError(parsed.message, exitCode.usage);
}

/** `--advertise` is a host alone: the ports are the listeners' own. A port makes it an address that can be checked. */
function advertised(host: string): string {
  return host.includes(':') ? `[${host}]:9092` : `${host}:9092`;
}
