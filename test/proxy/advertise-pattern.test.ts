import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdvertisePattern, controllerNamePrefix, parseAdvertisePattern } from '../../src/proxy/advertise-pattern.ts';

describe('parseAdvertisePattern', () => {
  test.each(['b{nodeId}.kafka.local', '{nodeId}.kafka.example', 'kafka.n{nodeId}.example', ' B-{nodeId}.Kafka.LOCAL '])(
    'takes %j',
    (text) => {
      expect(parseAdvertisePattern(text)).toEqual({ kind: 'ok', value: text.trim() });
    },
  );

  test.each([
    ['b.kafka.local', 'where the node id goes'],
    ['', 'where the node id goes'],
    ['b{nodeid}.kafka.local', 'where the node id goes'],
    ['b{nodeId}.{nodeId}.local', 'more than once'],
    ['b{nodeId}.kafka.local:9093', "has a port; the port is the listener's own, so write b{nodeId}.kafka.local."],
    ['b{nodeId}.kafka.local:', 'has a port'],
    ['b{nodeId}.kafka_1.local', 'the character "_"'],
    ['b{nodeId}.{cluster}.local', 'the character "{"'],
    ['*.b{nodeId}.local', 'the character "*"'],
    ['b{nodeId}', 'no domain'],
    ['10.0.0.{nodeId}', 'IP addresses'],
    ['b{nodeId}..local', 'empty label'],
    ['b{nodeId}.local.', 'empty label'],
    ['.b{nodeId}.local', 'empty label'],
    ['-{nodeId}.local', 'hyphen'],
    ['{nodeId}-.local', 'hyphen'],
    [`${'b'.repeat(43)}{nodeId}.local`, 'longer than the 63'],
    [`{nodeId}.${'abcdefghi.'.repeat(24)}local`, 'longer than the 253'],
  ])('refuses %j', (text, sentence) => {
    const parsed = parseAdvertisePattern(text);
    expect(parsed.kind === 'error' && parsed.message).toContain(sentence);
    expect(parsed.kind === 'error' && parsed.message).toMatch(/^--advertise-pattern: ".*\.$/s);
  });

  test('leaves room for the largest id and for controllers', () => {
    expect(parseAdvertisePattern(`${'b'.repeat(42)}{nodeId}.local`).kind).toBe('ok');
  });
});

describe('AdvertisePattern', () => {
  const pattern = new AdvertisePattern('B{nodeId}.Kafka.local');

  test('names nodes, and controllers apart', () => {
    expect(pattern.hostOf(1, 3)).toBe('b3.kafka.local');
    expect(pattern.hostOf(2, 3)).toBe(`${controllerNamePrefix}b3.kafka.local`);
  });

  test('finds the node a name means, whatever the case', () => {
    expect(pattern.nodeOf('b0.kafka.local')).toEqual({ endpointType: 1, nodeId: 0 });
    expect(pattern.nodeOf('B2147483647.KAFKA.Local.')).toEqual({ endpointType: 1, nodeId: 2_147_483_647 });
    expect(pattern.nodeOf('Controller-b7.kafka.local')).toEqual({ endpointType: 2, nodeId: 7 });
  });

  test.each([
    'kafka.local',
    'b.kafka.local',
    'b01.kafka.local',
    'b-1.kafka.local',
    'b2147483648.kafka.local',
    'xb1.kafka.local',
    'b1.kafka.local.evil',
    'b1x.kafka.local',
    '',
  ])('finds none in %j', (name) => {
    expect(pattern.nodeOf(name)).toBeNull();
  });

  test('every name leads back to its node, and to no other', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcontrler0123-'), maxLength: 14 });
    const node = fc.record({ endpointType: fc.constantFrom(1, 2), nodeId: fc.nat(0x7fffffff) });
    fc.assert(
      fc.property(letters, node, node, (prefix, one, other) => {
        const parsed = parseAdvertisePattern(`${prefix}{nodeId}.kafka.local`);
        fc.pre(parsed.kind === 'ok');
        const names = new AdvertisePattern(parsed.value);
        const name = names.hostOf(one.endpointType, one.nodeId);
        expect(names.nodeOf(name.toUpperCase())).toEqual(one);
        const same = one.endpointType === other.endpointType && one.nodeId === other.nodeId;
        expect(names.hostOf(other.endpointType, other.nodeId) === name).toBe(same);
      }),
    );
  });
});
