import { describe, expect, it } from 'vitest';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { FramePath } from '../../src/proxy/frame-path.ts';
import type { FramePathHost } from '../../src/proxy/frame-path-host.ts';
import { HeldBytes } from '../../src/proxy/held-bytes.ts';
import { InspectedConnection } from '../../src/proxy/inspected-connection.ts';
import { LookBudget } from '../../src/proxy/look-budget.ts';
import { PathLedger } from '../../src/proxy/path-ledger.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { framed } from '../support/conversation.ts';

/** A host that forwards nowhere and looks at everything. */
const host: FramePathHost = {
  forward: () => true,
  openListeners: () => undefined,
  rebootstrapRequired: () => undefined,
  refuse: () => undefined,
  event: () => undefined,
  tagged: () => undefined,
  looksAt: () => true,
  requestSkipped: () => undefined,
  responseSkipped: () => undefined,
};

class Fixture {
  readonly path = new FramePath(host, { advertised: () => null }, new HeldBytes());
  readonly ledger = new PathLedger(
    new LookBudget(
      () => 0,
      () => 0,
      { everything: true },
    ),
  );
  readonly seen: EngineInput[] = [];
  readonly inspected = new InspectedConnection(7, this.path, this.ledger, (input) => this.seen.push(input));

  get shown(): string {
    return this.seen
      .map((input) => (input.kind === 'segment' ? `${input.from} ${input.bytes.length}` : input.kind))
      .join(',');
  }
}

const request = framed(encodeRequest({ apiKey: 18, apiVersion: 0, correlationId: 1, clientId: 'c', body: {} }));
const response = framed(encodeResponse({ apiKey: 18, apiVersion: 0, correlationId: 1, body: { apiKeys: [] } }));

describe('InspectedConnection', () => {
  it('shows bytes once they are handed on, once, and with the time that took', () => {
    const { path, inspected, seen, ledger } = new Fixture();
    path.clientBytes(request, 10);
    inspected.keepRequests(request, 10);
    expect(seen).toEqual([]);
    inspected.showRequests();
    inspected.showRequests();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ kind: 'segment', connection: 7, from: 'client', atUs: 10 });
    expect(seen[0]?.kind === 'segment' && (seen[0].forwardedUs ?? 0) > 10).toBe(true);
    expect(ledger.looking.share).toBe(1);
  });

  it('shows both directions, and nothing where nothing waits', () => {
    const fixture = new Fixture();
    const { path, inspected } = fixture;
    inspected.showResponses();
    path.clientBytes(request, 10);
    inspected.keepRequests(request, 10);
    inspected.showRequests();
    path.brokerBytes(response, 20);
    inspected.keepResponses(response, 20);
    inspected.showResponses();
    inspected.tellSkipped();
    expect(fixture.shown).toBe(`client ${request.length},broker ${response.length}`);
  });

  it('looks at the first requests of a connection and at versions nobody knows, however busy the rest', () => {
    let looks = true;
    const budget = new LookBudget(
      () => 0,
      () => 0,
    );
    budget.looksAt = () => looks;
    const { path } = new Fixture();
    const inspected = new InspectedConnection(1, path, new PathLedger(budget), () => undefined);
    looks = false;
    const produce = Array.from({ length: 10 }, () => inspected.looksAt(0, 9, 100));
    expect(produce).toEqual([true, true, true, true, true, true, true, true, false, false]);
    expect(inspected.looksAt(0, 99, 100)).toBe(true);
    expect(inspected.looksAt(0, 9, 2_000_000)).toBe(true);
    expect(inspected.looksAt(0, 9, 2_000_001)).toBe(false);
  });
});
