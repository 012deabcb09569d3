import { apiName } from './api-keys.ts';
import { errorName } from './error-codes.ts';
import { FieldKind } from './field-kind.ts';
import type { FieldPlan } from './plan.ts';

/** Names of the values of small enumerations that Kafka's specs explain only in prose, by field name. */
const enumerations: ReadonlyMap<string, ReadonlyMap<number, string>> = new Map([
  [
    'acks',
    new Map([
      [-1, 'all in-sync replicas'],
      [0, 'none: no answer will come'],
      [1, 'leader only'],
    ]),
  ],
  [
    'isolationLevel',
    new Map([
      [0, 'read uncommitted'],
      [1, 'read committed'],
    ]),
  ],
  [
    'keyType',
    new Map([
      [0, 'group'],
      [1, 'transaction'],
      [2, 'share group'],
    ]),
  ],
  [
    'coordinatorType',
    new Map([
      [0, 'group'],
      [1, 'transaction'],
      [2, 'share group'],
    ]),
  ],
  [
    'endpointType',
    new Map([
      [1, 'brokers'],
      [2, 'controllers'],
    ]),
  ],
  [
    'transactionResult',
    new Map([
      [0, 'abort'],
      [1, 'commit'],
    ]),
  ],
]);

/** Values of `timestamp` in ListOffsets that ask for a place instead of a time. */
const listOffsetsKey = 2;
const offsetPlaces: ReadonlyMap<bigint, string> = new Map([
  [-1n, 'latest'],
  [-2n, 'earliest'],
  [-3n, 'of the greatest timestamp'],
  [-4n, 'earliest local'],
  [-5n, 'latest tiered'],
  [-6n, 'earliest pending upload'],
]);

/** What a number means, where it has a name; null where it is just a number. */
export function noteOf(field: FieldPlan, value: number | bigint, apiKey: number): string | null {
  if (typeof value === 'bigint') {
    return apiKey === listOffsetsKey && field.name === 'timestamp' ? (offsetPlaces.get(value) ?? null) : null;
  }
  if (field.kind === FieldKind.Int16 && /errorCode$/i.test(field.name)) return errorName(value);
  if (field.kind === FieldKind.Int16 && /apiKey$/i.test(field.name)) return apiName(value);
  return enumerations.get(field.name)?.get(value) ?? null;
}
