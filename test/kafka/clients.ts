import type { ClientAbilities } from './scenario.ts';

/** What each client library can do; what it cannot is left out of its scenario, not worked around. */
export const abilities = {
  java: {
    client: 'java',
    codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    groupProtocols: ['classic', 'consumer'],
    emptyValues: true,
    nullValues: true,
    sameHeaders: false,
    unacknowledged: false,
  },
  confluent: {
    client: 'confluent',
    codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    groupProtocols: ['classic', 'consumer'],
    emptyValues: true,
    nullValues: true,
    sameHeaders: false,
    unacknowledged: false,
  },
  kcat: {
    client: 'kcat',
    codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    groupProtocols: ['classic'],
    // With -Z an empty value is how a null is written.
    emptyValues: false,
    nullValues: true,
    sameHeaders: true,
    unacknowledged: true,
  },
  kafkajs: {
    client: 'kafkajs',
    // LZ4 has no codec in kafkajs nor in Node.
    codecs: ['none', 'gzip', 'snappy', 'zstd'],
    groupProtocols: ['classic'],
    emptyValues: true,
    nullValues: true,
    sameHeaders: false,
    unacknowledged: false,
  },
  platformatic: {
    client: 'platformatic',
    codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    groupProtocols: ['classic', 'consumer'],
    // It writes an empty value as null.
    emptyValues: false,
    nullValues: true,
    sameHeaders: false,
    unacknowledged: false,
  },
} as const satisfies Record<string, ClientAbilities>;
