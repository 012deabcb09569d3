import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Found } from '../../test/kafka/toolchain.ts';
import type { ProxyPlace } from '../proxy-rival.ts';
import { buildJavaFolder } from './build.ts';

const source = fileURLToPath(new URL('./kroxylicious/', import.meta.url));
let classPath: Promise<Found<string>> | null = null;

function findClassPath(): Promise<Found<string>> {
  classPath ??= buildJavaFolder('kroxylicious', source, 'Kroxylicious');
  return classPath;
}

/** Null, or why Kroxylicious cannot run here. */
export async function kroxyliciousAbsent(): Promise<string | null> {
  const found = await findClassPath();
  return found.found ? null : found.reason;
}

/** One virtual cluster without filters: what Kroxylicious does for every cluster, and nothing more. */
function configuration(place: ProxyPlace): string {
  const lines = [
    'virtualClusters:',
    '  - name: bench',
    '    targetCluster:',
    `      bootstrapServers: 127.0.0.1:${place.upstreamPort}`,
    '    clusterNetworkAddressConfigProvider:',
    '      type: LoopbackPorts',
    '      config:',
    `        bootstrapPort: ${place.listenPort}`,
    `        brokerPort: ${place.sparePort}`,
  ];
  if (place.tls !== null) {
    lines.push('    tls:', '      key:');
    lines.push(`        privateKeyFile: ${place.tls.key}`, `        certificateFile: ${place.tls.certificate}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Starts it with a heap that is large enough, so that its resident memory does not follow that of the machine. */
export async function kroxyliciousCommand(place: ProxyPlace): Promise<readonly string[]> {
  const found = await findClassPath();
  if (!found.found) throw new Error(found.reason);
  const file = join(place.folder, `kroxylicious-${place.listenPort}.yaml`);
  writeFileSync(file, configuration(place));
  return ['java', '-Xmx512m', '-cp', found.value, 'KroxyliciousMain', file];
}
