import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import { type BenchOptions, isWanted } from './outcome.ts';
import type { ProxyPlace, ProxyRival } from './proxy-rival.ts';
import { kroxyliciousAbsent, kroxyliciousCommand } from './rivals/kroxylicious.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));

const nothingNeeded = async (): Promise<string | null> => null;

async function haproxyAbsent(): Promise<string | null> {
  const answer = await runCommand('haproxy', ['-v'], { timeoutMs: 10_000 });
  return answer.code === 0 ? null : 'haproxy was not found; Debian: apt-get install haproxy';
}

function haproxy(name: string, global: string): ProxyRival {
  const command: ProxyRival['command'] = ({ listenPort, upstreamPort, folder, tls }) => {
    const file = join(folder, `haproxy-${listenPort}.cfg`);
    let bindTls = '';
    if (tls !== null) {
      const both = join(folder, `haproxy-${listenPort}.pem`);
      writeFileSync(both, readFileSync(tls.certificate, 'utf8') + readFileSync(tls.key, 'utf8'), { mode: 0o600 });
      bindTls = ` ssl crt ${both}`;
    }
    const timeouts = 'timeout connect 5s\n  timeout client 60s\n  timeout server 60s';
    writeFileSync(
      file,
      `global\n  maxconn 4096\n${global}defaults\n  mode tcp\n  ${timeouts}\nlisten kafka\n  bind 127.0.0.1:${listenPort}${bindTls}\n  server broker 127.0.0.1:${upstreamPort}\n`,
    );
    return ['haproxy', '-q', '-db', '-f', file];
  };
  return { name, byDefault: true, endsTls: true, absent: haproxyAbsent, command };
}

/** A proxy of a few lines beside this file, for what this runtime can do. */
function bareNode(name: string, file: string): ProxyRival {
  const command: ProxyRival['command'] = ({ listenPort, upstreamPort }) => [
    process.execPath,
    join(here, file),
    String(listenPort),
    String(upstreamPort),
  ];
  return { name, byDefault: true, endsTls: false, absent: nothingNeeded, command };
}

const scopeFlags = ({ listenPort, upstreamPort, tls }: ProxyPlace): string[] => [
  ...['--upstream', `127.0.0.1:${upstreamPort}`, '--listen', `127.0.0.1:${listenPort}`, '--broker-ports', '0'],
  ...(tls === null ? [] : ['--tls-cert', tls.certificate, '--tls-key', tls.key]),
];

function scope(name: string, ...flags: string[]): ProxyRival {
  const command: ProxyRival['command'] = (place) => [
    process.execPath,
    launcher,
    'proxy',
    ...scopeFlags(place),
    ...flags,
  ];
  return { name, byDefault: false, endsTls: true, absent: nothingNeeded, command };
}

/** Everybody who can stand between load and server. Adding one is an entry here. */
export const proxyRivals: readonly ProxyRival[] = [
  bareNode('node-pipe', 'pipe-proxy.ts'),
  bareNode('node-onread', 'onread-proxy.ts'),
  haproxy('haproxy', ''),
  haproxy('haproxy-256k', '  tune.bufsize 262144\n'),
  {
    name: 'kroxylicious',
    byDefault: false,
    endsTls: true,
    warmUpSeconds: 6,
    absent: kroxyliciousAbsent,
    command: kroxyliciousCommand,
  },
  { ...scope('kafka-scope', '--no-ui'), byDefault: true },
  { ...scope('kafka-scope UI'), onTerminal: true },
  scope('kafka-scope --inspect all', '--no-ui', '--inspect', 'all'),
  scope('kafka-scope --json', '--json'),
  scope('kafka-scope --workers 1', '--no-ui', '--workers', '1'),
  scope('kafka-scope --workers 2', '--no-ui', '--workers', '2'),
];

/** Those asked for, or else those of `byDefault`, that can run here; says why the others cannot. */
export async function chooseRivals(
  options: BenchOptions,
  byDefault: (rival: ProxyRival) => boolean,
): Promise<ProxyRival[]> {
  const chosen: ProxyRival[] = [];
  for (const rival of proxyRivals) {
    if (!isWanted(options, rival.name, byDefault(rival))) continue;
    const absent = await rival.absent();
    if (absent === null) chosen.push(rival);
    else console.log(`skip ${rival.name}: ${absent}`);
  }
  return chosen;
}
