import { readFileSync } from 'node:fs';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { type ClientSecurity, unsecuredToken } from '../security.ts';

function sasl(security: ClientSecurity): SASLOptions | undefined {
  const { mechanism, username, password } = security;
  switch (mechanism) {
    case null:
      return undefined;
    case 'OAUTHBEARER':
      return {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({ value: unsecuredToken(username, Math.floor(Date.now() / 1000)) }),
      };
    case 'PLAIN':
      return { mechanism: 'plain', username, password };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', username, password };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', username, password };
  }
}

/** A kafkajs client that connects this way. */
export function connectKafkajs(bootstrap: string, clientId: string, security: ClientSecurity): Kafka {
  const { caFile, certificateFile, keyFile } = security;
  const login = sasl(security);
  const config: KafkaConfig = { clientId, brokers: bootstrap.split(','), logLevel: logLevel.NOTHING };
  if (caFile !== null) {
    config.ssl = {
      ca: [readFileSync(caFile, 'utf8')],
      ...(certificateFile === null ? {} : { cert: readFileSync(certificateFile, 'utf8') }),
      ...(keyFile === null ? {} : { key: readFileSync(keyFile, 'utf8') }),
    };
  }
  if (login !== undefined) {
    config.sasl = login;
  }
  return new Kafka(config);
}
