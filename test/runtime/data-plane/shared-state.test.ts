import { describe, expect, it } from 'vitest';
import { newStateMemory, SharedState } from '../../../src/runtime/data-plane/shared-state.ts';

describe('the state that threads share', () => {
  it('gives each connection a number of its own', () => {
    const memory = newStateMemory(2);
    const [one, other] = [new SharedState(memory), new SharedState(memory)];
    expect([one.nextConnectionId(), other.nextConnectionId(), one.nextConnectionId()]).toEqual([1, 2, 3]);
  });

  it('adds up the connections of all, and of all others', () => {
    const state = new SharedState(newStateMemory(3));
    state.setOpen(0, 5);
    state.setOpen(2, 7);
    expect(state.open()).toBe(12);
    expect(state.open(2)).toBe(5);
  });

  it('lets one writer wake a sleeping reader', () => {
    const state = new SharedState(newStateMemory(1));
    expect(state.mustWake()).toBe(false);
    state.sleep();
    expect([state.mustWake(), state.mustWake()]).toEqual([true, false]);
    state.sleep();
    state.awake();
    expect(state.mustWake()).toBe(false);
  });

  it('remembers a loop for all', () => {
    const memory = newStateMemory(1);
    const state = new SharedState(memory);
    expect(state.looped).toBe(false);
    new SharedState(memory).noteLoop();
    expect(state.looped).toBe(true);
  });
});
