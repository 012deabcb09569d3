import { annotateMessage } from '../../src/protocol/annotate.ts';
import { decodeRequest, decodeResponse, interpretDecode } from '../../src/protocol/decode.ts';
import { interpretWalk } from '../../src/protocol/interpret-walk.ts';
import { bodyToJson, printJson } from '../../src/protocol/json.ts';
import type { DecodedMessage } from '../../src/protocol/message.ts';
import { type MessagePlan, planFor } from '../../src/protocol/plan.ts';
import { WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import type { CannedMessage } from '../messages.ts';
import { type Decoder, depths } from './decoder.ts';

const spansMax = 100_000;
const warmupShare = 0.25;
/** Takes what the measured work returns, so that no compiler may leave the work out. */
let sink = 0;

/** Runs `work` for about `seconds` after a warm-up and gives its rate. The clock is read once every `batch` runs. */
function rateOf(work: () => number, seconds: number): number {
  const run = (milliseconds: number): number => {
    const startMs = performance.now();
    let runs = 0;
    let batch = 1;
    for (;;) {
      for (let index = 0; index < batch; index += 1) {
        sink ^= work();
      }
      runs += batch;
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs >= milliseconds) {
        return (runs / elapsedMs) * 1000;
      }
      batch = Math.min(batch * 2, Math.max(1, Math.floor((runs / elapsedMs) * 5)));
    }
  };
  run(seconds * 1000 * warmupShare);
  const rate = run(seconds * 1000);
  if (!Number.isInteger(sink)) {
    throw new Error('the measured work gave no count');
  }
  return rate;
}

function decode(message: CannedMessage): DecodedMessage {
  const decoded =
    message.type === 'request'
      ? decodeRequest(message.payload)
      : decodeResponse(message.payload, message.apiKey, message.apiVersion);
  if (decoded.kind === 'opaque') {
    throw new Error(`${message.name} is opaque: ${decoded.detail}`);
  }
  return decoded;
}

function walk(message: CannedMessage): () => number {
  const facts = new WalkFacts();
  const step = (): number => {
    if (!walkMessage(message.payload, message.type, message.apiKey, message.apiVersion, facts)) {
      throw new Error(`${message.name} was not walked: ${facts.failDetail}`);
    }
    return facts.endOffset;
  };
  return step;
}

function planOf(message: CannedMessage): MessagePlan {
  const plan = planFor(message.apiKey, message.type, message.apiVersion);
  if (plan === null) {
    throw new Error(`${message.name} has no plan`);
  }
  return plan;
}

function interpretedWalk(message: CannedMessage): () => number {
  const facts = new WalkFacts();
  const plan = planOf(message);
  return () => {
    facts.reset();
    if (!interpretWalk(message.payload, plan, facts)) {
      throw new Error(`${message.name} was not walked: ${facts.failDetail}`);
    }
    return facts.endOffset;
  };
}

function interpretedDecode(message: CannedMessage): () => number {
  const plan = planOf(message);
  return () => {
    const decoded = interpretDecode(message.payload, plan);
    if (decoded.kind === 'opaque') {
      throw new Error(`${message.name} is opaque: ${decoded.detail}`);
    }
    return decoded.trailingBytes;
  };
}

function withRecords(message: CannedMessage): number {
  let count = 0;
  for (const records of decode(message).records) {
    for (const batch of decodeRecordBatches(records).batches) {
      count += batch.records?.length ?? 0;
    }
  }
  return count;
}

function toJson(message: CannedMessage): number {
  const decoded = decode(message);
  return printJson(bodyToJson(planOf(message), decoded.body)).length;
}

function annotate(message: CannedMessage): number {
  const { payload, type, apiKey, apiVersion } = message;
  return annotateMessage(payload, type, apiKey, apiVersion, { spansMax }).spans.length;
}

function ours(depth: string, workFor: (message: CannedMessage) => () => number): Decoder {
  return {
    name: 'kafka-scope',
    depth,
    absent: async () => null,
    measure: async (message, seconds) => rateOf(workFor(message), seconds),
    close: async () => {},
  };
}

/** The depths this program decodes to, cheapest first. */
export const kafkaScopeDecoders: readonly Decoder[] = [
  ours('walk (facts, no objects)', walk),
  ours('walk, interpreted', interpretedWalk),
  ours(depths.body, (message) => () => decode(message).trailingBytes),
  ours('body as objects, interpreted', interpretedDecode),
  ours(depths.records, (message) => () => withRecords(message)),
  ours('field spans', (message) => () => annotate(message)),
  ours('body as JSON text', (message) => () => toJson(message)),
];
