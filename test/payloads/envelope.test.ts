import { describe, expect, it } from 'vitest';
import { innerApiKeyName, innerApiVersionName } from '../../src/payloads/envelope.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { expectRobust, find, hexBytes, place, treeOf, wordsOf } from './payload-checks.ts';

const at = place('EnvelopeRequest', 'requestData');
const secret = 'canary-jaas-password';
const alter = encodeRequest({
  apiKey: 44,
  apiVersion: 1,
  correlationId: 7,
  clientId: 'admin',
  body: {
    resources: [
      {
        resourceType: 4,
        resourceName: '1',
        configs: [
          { name: 'sasl.jaas.config', configOperation: 0, value: secret },
          { name: 'log.retention.ms', configOperation: 0, value: '1000' },
        ],
      },
    ],
    validateOnly: false,
  },
});

describe('an envelope', () => {
  it('shows the request inside, without its secrets', () => {
    const tree = treeOf(alter, at);
    expect(tree.note).toContain('enveloped request, IncrementalAlterConfigs version 1');
    expect(find(tree.spans, 'clientId')?.value).toBe('admin');
    expect(wordsOf(tree)).toContain('1000');
    expect(wordsOf(tree)).not.toContain(secret);
    expect(find(tree.spans, 'resourceName')?.path).toBe('body.resources[0].resourceName');
  });

  it('shows the response inside once it is known what was asked', () => {
    const response = encodeResponse({
      apiKey: 44,
      apiVersion: 1,
      correlationId: 7,
      body: { throttleTimeMs: 3, responses: [] },
    });
    const known = place('EnvelopeResponse', 'responseData', { [innerApiKeyName]: 44, [innerApiVersionName]: 1 });
    expect(find(treeOf(response, known).spans, 'throttleTimeMs')?.value).toBe(3);
    expect(treeOf(response, place('EnvelopeResponse', 'responseData')).note).toContain('what was asked is not known');
  });

  it('shows who and whence', () => {
    // Version 0, type `User`, name `bob`, no token, no tags.
    const principal = treeOf(
      hexBytes('0000 05 55736572 04 626f62 00 00'),
      place('EnvelopeRequest', 'requestPrincipal'),
    );
    expect(find(principal.spans, 'name')?.value).toBe('bob');
    const address = place('EnvelopeRequest', 'clientHostAddress');
    expect(treeOf(hexBytes('7f000001'), address).note).toContain('127.0.0.1');
    expect(treeOf(hexBytes('20010db8000000000000000000000001'), address).note).toContain('2001:db8:0:0:0:0:0:1');
  });

  it('survives damage, and what was redacted before', () => {
    expect(treeOf(alter.subarray(0, 30), at).note).toContain('not readable at byte');
    expect(treeOf(hexBytes('2c'), at).note).toContain('not readable');
    expect(treeOf(new Uint8Array(20).fill(0x2a), at)).toMatchObject({ spans: [], note: '20 bytes, redacted' });
    expectRobust([alter], at);
  });
});
