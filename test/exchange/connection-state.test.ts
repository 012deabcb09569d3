import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionInput, type ConnectionState, transitions } from '../../src/exchange/connection-state.ts';

const inputs = Object.keys(transitions.opening) as ConnectionInput[];

describe('the connection machine', () => {
  it('has a row for every state that it can reach', () => {
    for (const row of Object.values(transitions)) {
      for (const next of Object.values(row)) expect(transitions[next]).toBeDefined();
    }
  });

  it('never leaves closed, and leaves opaque only by closing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...inputs)), (steps) => {
        let state: ConnectionState = 'opening';
        for (const step of steps) {
          const before: ConnectionState = state;
          state = transitions[state][step];
          if (before === 'closed') expect(state).toBe('closed');
          if (before === 'opaque') expect(['opaque', 'closed']).toContain(state);
        }
      }),
    );
  });

  it('comes back to authenticating from open: re-authentication (KIP-368)', () => {
    expect(transitions.open['sasl-handshake']).toBe('authenticating');
    expect(transitions.authenticating.request).toBe('open');
  });
});
