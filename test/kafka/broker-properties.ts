import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { type ListenerName, listenerNames, mechanisms, protocolOf, user } from './security.ts';

/** One combined broker and controller. Every port but two carries client traffic only. */
export interface KafkaNode {
  readonly nodeId: number;
  readonly clientPorts: Readonly<Record<ListenerName, number>>;
  readonly internalPort: number;
  readonly controllerPort: number;
  readonly directory: string;
}

/** How many ports one node needs. */
export const portsOfNode = listenerNames.length + 2;

/** The lines of a server.properties. */
export type Properties = Readonly<Record<string, string | number>>;

const address = (port: number): string => `127.0.0.1:${port}`;
const modules = 'org.apache.kafka.common.security';

function tlsProperties(listener: ListenerName, certificates: Certificates): Properties {
  const prefix = `listener.name.${listener.toLowerCase()}.ssl`;
  return {
    [`${prefix}.keystore.type`]: 'PEM',
    [`${prefix}.keystore.location`]: certificates.broker.keystore,
    [`${prefix}.truststore.type`]: 'PEM',
    [`${prefix}.truststore.location`]: certificates.ca,
    [`${prefix}.client.auth`]: listener === 'MTLS' ? 'required' : 'none',
  };
}

function saslProperties(listener: ListenerName): Properties {
  const prefix = `listener.name.${listener.toLowerCase()}`;
  const scram = `${modules}.scram.ScramLoginModule required;`;
  return {
    [`${prefix}.sasl.enabled.mechanisms`]: mechanisms.join(','),
    [`${prefix}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_${user.name}="${user.password}";`,
    [`${prefix}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${prefix}.oauthbearer.sasl.jaas.config`]: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  };
}

function listenerProperties(node: KafkaNode, certificates: Certificates): Properties {
  const ofClients = listenerNames.map((name) => `${name}://${address(node.clientPorts[name])}`);
  const internal = `INTERNAL://${address(node.internalPort)}`;
  const properties: Record<string, string | number> = {
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    listeners: [`CONTROLLER://${address(node.controllerPort)}`, internal, ...ofClients].join(','),
    'advertised.listeners': [internal, ...ofClients].join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      'INTERNAL:PLAINTEXT',
      ...listenerNames.map((name) => `${name}:${protocolOf[name]}`),
    ].join(','),
  };
  for (const listener of listenerNames) {
    const protocol = protocolOf[listener];
    if (protocol.endsWith('SSL')) Object.assign(properties, tlsProperties(listener, certificates));
    if (protocol.startsWith('SASL')) Object.assign(properties, saslProperties(listener));
  }
  return properties;
}

/**
 * The server.properties of one node: a small broker, quick to start, quick to find out that another one died. `more`
 * wins over what stands here.
 */
export function serverProperties(
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  certificates: Certificates,
  more: Properties,
): string {
  const replication = Math.min(3, nodes.length);
  const properties: Properties = {
    'process.roles': 'broker,controller',
    'node.id': node.nodeId,
    'controller.quorum.voters': nodes.map((each) => `${each.nodeId}@${address(each.controllerPort)}`).join(','),
    ...listenerProperties(node, certificates),
    'log.dirs': join(node.directory, 'data'),
    'auto.create.topics.enable': 'false',
    'num.partitions': 3,
    'default.replication.factor': replication,
    'offsets.topic.replication.factor': replication,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The default of 5 s would make a KIP-848 rebalance the longest part of the whole suite.
    'group.consumer.min.heartbeat.interval.ms': 300,
    'group.consumer.heartbeat.interval.ms': 300,
    // A killed broker is given up after 6 s, not 9.
    'broker.heartbeat.interval.ms': 1_000,
    'broker.session.timeout.ms': 6_000,
    // Only the leader moves of the suite move leaders.
    'auto.leader.rebalance.enable': 'false',
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.replica.fetchers': 1,
    'background.threads': 2,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'queued.max.requests': 64,
    ...more,
  };
  return `${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
