import { expect, test } from 'vitest';
import { connectionFields } from '../../../src/filter/fields/connection-fields.ts';
import { connectionOf } from '../../metrics/exchange-of.ts';
import { matching } from '../matching.ts';

test('each says what is known of the connection', () => {
  const connection = connectionOf({
    tls: { version: 'TLSv1.3', cipher: 'x', sni: 'b1.kafka.local' },
    sasl: { mechanism: 'PLAIN' },
    principal: 'alice',
  });
  const texts = [
    'conn == 17',
    'src startswith "127.0.0.1:"',
    'broker == 1',
    'broker.address == "127.0.0.1:9092"',
    'client.software == "apache-kafka-java"',
    'client.version ~ "^3"',
    'principal == alice',
    'sasl == PLAIN',
    'tls',
    'tls.version == "TLSv1.3"',
    'tls.sni endswith ".local"',
  ];
  expect(texts).toHaveLength(connectionFields.length);
  expect(matching(texts, { connection })).toEqual(texts);
});

test('what is not known is missing, not zero', () => {
  const connection = connectionOf({ nodeId: null, software: null, softwareVersion: null });
  const texts = [
    'broker',
    'broker != 1',
    'client.software',
    'client.version',
    'principal',
    'sasl',
    'tls',
    'tls.sni',
    'tls == false',
  ];
  expect(matching(texts, { connection })).toEqual(['tls == false']);
});
