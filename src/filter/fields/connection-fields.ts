import { type Field, one } from './field.ts';

/** What is known of the connection. */
export const connectionFields: readonly Field[] = [
  one('conn', 'identifier', 'number of the connection', (exchange) => exchange.connection.id),
  one('src', 'text', "the client's address, ip:port", (exchange) => exchange.connection.client),
  one('broker', 'identifier', 'node id of the broker', (exchange) => exchange.connection.nodeId),
  one('broker.address', 'text', "the broker's address, host:port", (exchange) => exchange.connection.broker),
  one('client.software', 'text', 'software name of ApiVersions v3+', (exchange) => exchange.connection.software),
  one(
    'client.version',
    'text',
    'software version of ApiVersions v3+',
    (exchange) => exchange.connection.softwareVersion,
  ),
  one('principal', 'text', 'user of the SASL login', (exchange) => exchange.connection.principal),
  one('sasl', 'text', 'SASL mechanism', (exchange) => exchange.connection.sasl?.mechanism ?? null),
  one('tls', 'boolean', 'the connection is encrypted', (exchange) => exchange.connection.tls !== null),
  one('tls.version', 'text', 'TLS version', (exchange) => exchange.connection.tls?.version ?? null),
  one('tls.sni', 'text', 'server name the client asked for', (exchange) => exchange.connection.tls?.sni ?? null),
];
