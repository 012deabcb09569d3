import { describe, expect, it } from 'vitest';
import { expectRobust, hexBytes, place, toJson, treeOf } from './payload-checks.ts';

const sticky = place('ConsumerProtocolSubscription', 'userData', { name: 'sticky' });
const cooperative = place('ConsumerProtocolSubscription', 'userData', { name: 'cooperative-sticky' });
// One topic `t` with partitions 0 and 3, then generation 7.
const full = hexBytes('00000001 0001 74 00000002 00000000 00000003 00000007');

describe('stickyUserData', () => {
  it('reads what was assigned before, with and without generation', () => {
    const previousAssignment = [{ topic: 't', partitions: [0, 3] }];
    expect(toJson(treeOf(full, sticky).spans, full)).toEqual({ previousAssignment, generation: 7 });
    const old = full.subarray(0, -4);
    expect(toJson(treeOf(old, sticky).spans, old)).toEqual({ previousAssignment });
  });

  it('reads the generation that the cooperative assignor keeps alone', () => {
    const bytes = hexBytes('00000005');
    expect(toJson(treeOf(bytes, cooperative).spans, bytes)).toEqual({ generation: 5 });
    expect(toJson(treeOf(full, cooperative).spans, full)).toMatchObject({ generation: 7 });
  });

  it('survives any bytes', () => {
    expectRobust([full], sticky);
    expectRobust([full], cooperative);
  });
});
