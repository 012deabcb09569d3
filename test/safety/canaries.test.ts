import { describe, expect, it } from 'vitest';
import type { EngineInput } from '../../src/wire/segment.ts';
import { type Canary, canaryFor, canaryForms, Output } from './canary.ts';
import { everySink, type Showing } from './every-sink.ts';
import { dialogueOf, type SecretPlace, secretPlaces } from './secret-places.ts';

interface Planted {
  readonly place: SecretPlace;
  readonly canary: Canary;
  readonly inputs: readonly EngineInput[];
}

const planted: readonly Planted[] = secretPlaces.map((place, index) => {
  const secret = canaryFor(place.name);
  return { place, canary: canaryForms(secret), inputs: dialogueOf(place, secret, index + 1).inputs };
});

/** `place: sink` of everything that shows a canary. */
function leaks(showing: Showing, places: readonly Planted[]): string[] {
  return places.flatMap(({ place, canary, inputs }) =>
    [...everySink(inputs, showing)]
      .filter(([, output]) => new Output(output).holds(canary))
      .map(([sink]) => `${place.name}: ${sink}`),
  );
}

const credentials = planted.filter(({ place }) => place.payload !== true);
const payload = planted.filter(({ place }) => place.payload === true);

describe('canaries in every secret-bearing place', () => {
  it('are at least forty, all different', () => {
    expect(planted.length).toBeGreaterThanOrEqual(40);
    expect(new Set(planted.map(({ canary }) => canary.text)).size).toBe(planted.length);
  });

  it('come out of no sink, nor stay in a frame that is kept', () => {
    expect(leaks({ unsafeShowSecrets: false, payload: 'show' }, credentials)).toEqual([]);
  });

  it('as payload of records come out of no sink while payload is hidden', () => {
    expect(leaks({ unsafeShowSecrets: false, payload: 'hide' }, payload)).toEqual([]);
  });
});
