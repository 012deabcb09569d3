import { describe, expect, it } from 'vitest';
import { ExchangeEvidence } from '../../src/capture/exchange-evidence.ts';
import { FrameProbe } from '../../src/capture/frame-probe.ts';
import type { TcpSide } from '../../src/capture/types.ts';
import { apiVersionsRequest, apiVersionsResponse } from './synthetic-capture.ts';

/** Two probes and what the evidence says after each line. */
class Scene {
  readonly evidence: ExchangeEvidence;
  readonly #probes: readonly [FrameProbe, FrameProbe];

  constructor(initiator: TcpSide | null, requestsMax = 8, evidenceBytesMax = 65_536) {
    this.evidence = new ExchangeEvidence(initiator, requestsMax);
    this.#probes = [new FrameProbe(true, evidenceBytesMax), new FrameProbe(true, evidenceBytesMax)];
  }

  say(side: TcpSide, bytes: Uint8Array): TcpSide | null {
    const probe = this.#probes[side];
    probe.receive(bytes);
    return this.evidence.weigh(side, probe);
  }
}

describe('ExchangeEvidence', () => {
  it('is proven by a request and the answer under its number; the answering side is the broker', () => {
    for (const initiator of [null, 0] as const) {
      const scene = new Scene(initiator);
      expect(scene.say(0, apiVersionsRequest(41))).toBe(null);
      expect(scene.say(1, apiVersionsResponse(40))).toBe(null);
      expect(scene.say(1, apiVersionsResponse(41))).toBe(1);
    }
  });

  it('is not proven by an answer that comes before its request', () => {
    const scene = new Scene(null);
    expect(scene.say(1, apiVersionsResponse(41))).toBe(null);
    expect(scene.say(0, apiVersionsRequest(41))).toBe(null);
  });

  it('takes only the initiator for a client', () => {
    const scene = new Scene(1);
    expect(scene.say(0, apiVersionsRequest(1))).toBe(null);
    expect(scene.say(1, apiVersionsResponse(1))).toBe(null);
  });

  it('is proven by three requests read to their last byte, answered or not', () => {
    const scene = new Scene(null);
    expect(scene.say(0, apiVersionsRequest(1))).toBe(null);
    expect(scene.say(0, apiVersionsRequest(2))).toBe(null);
    expect(scene.say(0, apiVersionsRequest(3))).toBe(1);
  });

  it('wants two exchanges where only headers are known', () => {
    const large = (correlationId: number) => {
      const bytes = Buffer.concat([apiVersionsRequest(correlationId), Buffer.alloc(4_000)]);
      bytes.writeInt32BE(bytes.length - 4);
      return bytes;
    };
    const scene = new Scene(0, 8, 1_000);
    for (const correlationId of [1, 2, 3, 4]) expect(scene.say(0, large(correlationId))).toBe(null);
    expect(scene.say(1, apiVersionsResponse(1))).toBe(null);
    expect(scene.say(1, apiVersionsResponse(1))).toBe(null); // the same answer again is no second exchange
    expect(scene.say(1, apiVersionsResponse(2))).toBe(1);
  });

  it('remembers a bounded number of requests, the newest', () => {
    const scene = new Scene(0, 2);
    scene.say(0, apiVersionsRequest(1));
    scene.say(0, apiVersionsRequest(2));
    scene.say(0, apiVersionsRequest(3));
    expect(scene.evidence.correlationIds(0)).toEqual([2, 3]);
    expect(scene.evidence.correlationIds(1)).toEqual([]);
  });
});
