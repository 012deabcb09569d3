import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import { FailOn, whenMatching } from '../../src/cli/fail-on.ts';
import { commandFilterContext, filterOf } from '../../src/cli/filter-flag.ts';
import type { EngineEvent } from '../../src/exchange/event.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

const completed = (seq: number): EngineEvent => ({
  kind: 'completed',
  exchange: exchangeFixture(seq, { status: 'answered' }),
});

describe('FailOn', () => {
  it('counts matches and remembers the first', () => {
    const filter = filterOf('--fail-on', 'id > 2');
    if (filter === null) throw new Error('no filter');
    const failOn = new FailOn(filter);
    for (const seq of [1, 2, 3, 4]) failOn.take(completed(seq));
    failOn.take({ kind: 'started', exchange: exchangeFixture(9) });
    expect(failOn).toMatchObject({ matched: 2, firstSeq: 3 });
  });
});

describe('whenMatching', () => {
  it('passes matching exchanges and all events', () => {
    const seen: EngineEvent[] = [];
    const take = whenMatching(filterOf('--filter', 'id == 2'), (event) => seen.push(event));
    for (const seq of [1, 2, 3]) take(completed(seq));
    take({ kind: 'event', atUs: 1, event: 'gap', connection: null, detail: {} });
    expect(seen).toHaveLength(2);
  });
});

describe('filterOf', () => {
  it('is null without text, and a usage error with a caret under the mistake', () => {
    expect(filterOf('--filter', undefined)).toBeNull();
    expect(filterOf('--filter', '  ')).toBeNull();
    expect(() => filterOf('--filter', 'api == Prodce')).toThrow(CliError);
    try {
      filterOf('--filter', 'api == Prodce');
    } catch (error) {
      expect(String(error)).toMatch(/Produce/);
      expect(String(error)).toMatch(/\n {2}api == Prodce\n {9}\^/);
    }
  });

  it('lets relative times count on the clock of the traffic', () => {
    const old = exchangeFixture(1);
    expect(filterOf('--filter', 'time > -5m')?.matches(old, commandFilterContext(old))).toBe(true);
  });
});
