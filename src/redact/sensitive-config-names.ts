/**
 * Which configuration names hold credentials. Requests carry no sensitivity flag (PROTOCOL 7.1), so the name decides;
 * custom names (a tiered storage plugin's, a connector's) follow the same habits as Kafka's own.
 */

/** A name with one of these anywhere in it holds a credential. */
const anywhere: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'jaas',
  'credential',
  'private.key',
  'privatekey',
  'api.key',
  'apikey',
  'access.key',
  'accesskey',
  'auth.user.info',
];

/**
 * A name whose last word is one of these holds a credential: `ssl.keystore.key`, `delegation.token.master.key`,
 * `auth.token`. As words in the middle they are harmless (`delegation.token.expiry.time.ms`).
 */
const lastWords: readonly string[] = ['key', 'keys', 'token'];

/** PEM material that Kafka itself types as a password: `ssl.keystore.certificate.chain`, `ssl.truststore.certificates`. */
const storeMaterial = /(keystore|truststore)\.certificate/;

/** Tells whether a configuration of this name is a credential, whatever its case and separators. */
export function isSensitiveConfigName(name: string): boolean {
  const dotted = name.toLowerCase().replaceAll(/[-_]/g, '.');
  for (const part of anywhere) if (dotted.includes(part)) return true;
  if (lastWords.includes(dotted.slice(dotted.lastIndexOf('.') + 1))) return true;
  return storeMaterial.test(dotted);
}
