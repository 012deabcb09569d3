import { describe, expect, it } from 'vitest';
import {
  apiMember,
  clientMember,
  connectionMember,
  errorsMember,
  jsonTexts,
  recordsMember,
  timingMember,
  topicsMember,
} from '../../src/export/exchange-members.ts';
import { printJson } from '../../src/protocol/json.ts';
import { connectionFixture, exchangeFixture } from '../support/exchange-fixture.ts';

const hostile = 'a"\\\u001b[31m\u202e';

function isHarmless(member: string): boolean {
  return !member.includes('\u001b') && !member.includes('\u202e');
}

function memberValue(member: string): unknown {
  const [value] = Object.values(JSON.parse(`{${member}}`) as Record<string, unknown>);
  return value;
}

describe('connectionMember', () => {
  it('prints again whatever becomes known, and the same while nothing does', () => {
    const connection = connectionFixture({ nodeId: null });
    const { id, client, broker } = connection;
    const known = { id, client, broker, nodeId: null as number | null, tls: null, sasl: null, principal: null };
    expect(memberValue(connectionMember(connection))).toEqual(known);
    expect(connectionMember(connection)).toBe(`"connection":${printJson(known)}`);
    connection.nodeId = 3;
    expect(memberValue(connectionMember(connection))).toEqual({ ...known, nodeId: 3 });
    connection.tls = { version: 'TLSv1.3', cipher: 'c', sni: null };
    connection.sasl = { mechanism: 'PLAIN' };
    expect(memberValue(connectionMember(connection))).toMatchObject({
      tls: { version: 'TLSv1.3' },
      sasl: connection.sasl,
    });
    connection.sasl = { mechanism: 'SCRAM-SHA-256' };
    expect(memberValue(connectionMember(connection))).toMatchObject({ sasl: { mechanism: 'SCRAM-SHA-256' } });
    connection.principal = hostile;
    expect(memberValue(connectionMember(connection))).toMatchObject({ principal: hostile });
    expect(isHarmless(connectionMember(connection))).toBe(true);
    expect(memberValue(connectionMember(connectionFixture({ id: 2 })))).toMatchObject({ id: 2, principal: null });
  });
});

it('clientMember prints names as harmless texts', () => {
  const connection = connectionFixture({ software: hostile });
  const exchange = exchangeFixture(1, { clientId: hostile, connection });
  expect(memberValue(clientMember(exchange))).toEqual({ id: hostile, software: hostile, softwareVersion: null });
  expect(isHarmless(clientMember(exchange))).toBe(true);
  expect(memberValue(clientMember(exchangeFixture(1, { clientId: null })))).toMatchObject({ id: null });
});

it('apiMember has null for what nobody knows', () => {
  expect(memberValue(apiMember(exchangeFixture(1)))).toEqual({
    key: 18,
    name: 'ApiVersions',
    version: 3,
    guessed: false,
  });
  const unknown = { key: 999, name: null, version: null, guessed: true };
  expect(memberValue(apiMember(exchangeFixture(1, { apiKey: 999, apiVersion: null, guessed: true })))).toEqual(unknown);
  expect(memberValue(apiMember(exchangeFixture(1, { apiKey: null, apiVersion: null })))).toMatchObject({ key: null });
});

it('timingMember prints all eight times in the order of the contract', () => {
  const timing = {
    latencyUs: 12_345_678,
    queuedUs: 0,
    brokerUs: 1.5,
    waitUs: null,
    throttleUs: 4_000_000,
    requestTransferUs: 10_000,
    responseTransferUs: 9_999,
    proxyUs: null,
  };
  expect(timingMember(timing)).toBe(`"timing":${printJson(timing)}`);
});

it('errorsMember says what a code means', () => {
  const error = { code: 6, name: 'NOT_LEADER_OR_FOLLOWER', path: 'responses[0]', message: hostile };
  expect(errorsMember([])).toBe('"errors":[]');
  expect(memberValue(errorsMember([error]))).toEqual([{ ...error, meaning: expect.any(String) }]);
});

it('what is not listed is counted beside what is', () => {
  const error = { code: 6, name: 'NOT_LEADER_OR_FOLLOWER', path: 'responses[0]', message: null };
  expect(JSON.parse(`{${errorsMember([error], 12)}}`)).toMatchObject({ errorsOmitted: 12 });
  expect(errorsMember([error])).not.toContain('Omitted');
  const topics = Array.from({ length: 16 }, (_, number) => `t-${number}`);
  const exchange = exchangeFixture(1, { topics, topicCount: 40 });
  expect(topicsMember(exchange)).toBe(`"topics":${jsonTexts(topics)},"topicsOmitted":24`);
  expect(topicsMember({ ...exchange, topicCount: 16 })).toBe(`"topics":${jsonTexts(topics)}`);
  // Two ids of one name: nothing is left out.
  expect(topicsMember(exchangeFixture(1, { topics: ['a'], topicCount: 2 }))).toBe('"topics":["a"]');
});

it('jsonTexts prints a list of texts', () => {
  for (const texts of [[], [''], ['', ''], ['a', hostile]]) expect(jsonTexts(texts)).toBe(printJson(texts));
});

it('recordsMember has the number of batches, or the batches', () => {
  const facts = { count: 3, batches: 2, bytes: 70_000, uncompressedBytes: null, codecs: ['none', 'lz4'] };
  expect(recordsMember(null, null)).toBe('"records":null');
  expect(recordsMember(facts, null)).toBe(`"records":${printJson(facts)}`);
  expect(memberValue(recordsMember(facts, '[{"a":1}]'))).toEqual({ ...facts, batches: [{ a: 1 }] });
});
