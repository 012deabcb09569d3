import type { ClientSecurity } from './security.ts';

/** Settings as the Java client and librdkafka have them: names and texts. */
export type Settings = Readonly<Record<string, string>>;

const modules = 'org.apache.kafka.common.security';

function javaLogin(security: ClientSecurity): string {
  const { mechanism, username, password } = security;
  if (mechanism === 'OAUTHBEARER') {
    return `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="${username}";`;
  }
  const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  return `${modules}.${module} required username="${username}" password="${password}";`;
}

/** How the Java client is told to connect that way. */
export function javaSettings(security: ClientSecurity): Settings {
  const settings: Record<string, string> = { 'security.protocol': security.protocol };
  if (security.caFile !== null) {
    settings['ssl.truststore.type'] = 'PEM';
    settings['ssl.truststore.location'] = security.caFile;
  }
  if (security.keystoreFile !== null) {
    settings['ssl.keystore.type'] = 'PEM';
    settings['ssl.keystore.location'] = security.keystoreFile;
  }
  if (security.mechanism !== null) {
    settings['sasl.mechanism'] = security.mechanism;
    settings['sasl.jaas.config'] = javaLogin(security);
  }
  return settings;
}

/** How librdkafka (confluent-kafka, kcat) is told to connect that way; its own check of host names stays on. */
export function librdkafkaSettings(security: ClientSecurity): Settings {
  const settings: Record<string, string> = { 'security.protocol': security.protocol.toLowerCase() };
  if (security.caFile !== null) {
    settings['ssl.ca.location'] = security.caFile;
  }
  if (security.certificateFile !== null && security.keyFile !== null) {
    settings['ssl.certificate.location'] = security.certificateFile;
    settings['ssl.key.location'] = security.keyFile;
  }
  if (security.mechanism !== null) {
    settings['sasl.mechanism'] = security.mechanism;
    if (security.mechanism === 'OAUTHBEARER') {
      settings['enable.sasl.oauthbearer.unsecure.jwt'] = 'true';
      settings['sasl.oauthbearer.config'] = `principal=${security.username} lifeSeconds=3600`;
    } else {
      settings['sasl.username'] = security.username;
      settings['sasl.password'] = security.password;
    }
  }
  return settings;
}
