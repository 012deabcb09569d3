import { FieldKind } from './field-kind.ts';
import { stringBytesMax } from './plan.ts';
import { int8, int16, int32, longUvarint, makeFunction, SourceWriter } from './source-parts.ts';
import type { WalkFacts } from './walk-facts.ts';
import { Pick, Step, type WalkPlan, type WalkStep, type WalkStruct } from './walk-plan.ts';

/**
 * A walk of one version of one message as a function of its own: returns the offset after the body, or -1 when the
 * interpreter must look. Facts are then half filled and to be reset.
 */
export type CompiledWalk = (bytes: Uint8Array, facts: WalkFacts) => number;

const pickTexts: Readonly<Record<number, string>> = {
  [Pick.TopicName]: 'f.addTopic(b, at - n, at);',
  [Pick.GroupId]: 'f.addGroup(b, at - n, at);',
  [Pick.TransactionalId]: 'f.addTransaction(b, at - n, at);',
};

/** Bytes of a step that always takes the same, together with the run behind it; 0 for the others. */
function bytesOf(step: WalkStep): number {
  return step.step === Step.Run || step.step === Step.Picked ? step.bytes + step.runAfter : 0;
}

function small(kind: number, at: string): string {
  if (kind === FieldKind.Int16) return int16(at);
  return kind === FieldKind.Int8 ? int8(at) : int32(at);
}

/** Writes the source of one walk. */
class WalkSource {
  readonly out = new SourceWriter('-1');

  struct(struct: WalkStruct): void {
    this.#steps(struct.steps);
    // A tag no schema names is stepped over, as the interpreter does.
    if (struct.flexible) this.out.tags(struct.tagged, 'stepOver', (step) => this.#steps([step]));
  }

  #steps(steps: readonly WalkStep[]): void {
    this.out.row(
      steps,
      bytesOf,
      (step, at) => this.#fixed(step, at),
      (step) => this.#step(step),
    );
  }

  #fixed(step: WalkStep, at: string): void {
    if (step.step === Step.Run) return;
    if (step.pick === Pick.TopicId) {
      this.out.line(`f.addTopicId(b, ${at});`);
      return;
    }
    this.out.line(`n = ${small(step.kind, at)};`);
    if (step.slot >= 0) this.out.line(`f.topLevelValues[${step.slot}] = n;`);
    if (step.pick === Pick.Throttle) this.out.line('f.throttleTimeMs = n;');
    if (step.pick === Pick.ErrorCode) this.out.line('if (n !== 0) f.addError(n);');
  }

  #step(step: WalkStep): void {
    const { out } = this;
    switch (step.step) {
      case Step.Short:
        this.#text(step, step.nullable);
        break;
      case Step.Wide:
        out.length(step.compact, step.nullable, true);
        out.line('if (n > 0) {');
        out.missIf('n > e - at');
        out.line('at += n; }');
        break;
      case Step.Records:
        out.length(step.compact, step.nullable, true);
        out.line('if (n >= 0) {');
        out.missIf('n > e - at');
        out.line('f.addRecords(at, at + n); at += n; }');
        break;
      case Step.Struct:
        this.#nested(step);
        break;
      default:
        this.#array(step);
    }
  }

  #text(step: WalkStep, nullable: boolean): void {
    const { out } = this;
    out.length(step.compact, nullable, false);
    if (nullable) out.line('if (n >= 0) {');
    // A length of two bytes cannot be longer than Kafka reads; a varint can.
    if (step.compact) out.missIf(`n > ${stringBytesMax}`);
    out.missIf('(at += n) > e');
    out.line(pickTexts[step.pick] ?? '');
    if (nullable) out.line('}');
  }

  #nested(step: WalkStep): void {
    if (step.struct === null) return;
    if (step.nullable) {
      this.out.need(1);
      this.out.line('if (b[at++] < 0x80) {');
    }
    this.struct(step.struct);
    if (step.nullable) this.out.line('}');
  }

  #array(step: WalkStep): void {
    const { out } = this;
    out.length(step.compact, step.nullable, true);
    out.line('if (n > 0) {');
    out.missIf(`n * ${step.elementBytesMin} > e - at`);
    const { struct } = step;
    if (step.step === Step.Scalars && step.pick === Pick.TopicId) {
      this.#loop(() => out.line('f.addTopicId(b, at); at += 16;'));
    } else if (step.step === Step.Scalars) {
      out.line(`at += n * ${step.bytes};`);
    } else if (step.step === Step.Strings) {
      this.#loop(() => this.#text(step, false));
    } else if (struct !== null && struct.fixedBytes >= 0) {
      out.missIf(`(at += n * ${struct.fixedBytes}) > e`);
    } else if (struct !== null) {
      this.#loop(() => this.struct(struct));
    }
    out.line('}');
  }

  #loop(body: () => void): void {
    const left = this.out.name('i');
    this.out.line(`for (let ${left} = n; ${left} > 0; ${left}--) {`);
    body();
    this.out.line('}');
  }
}

/** The source of a walk; for tests and the curious. */
export function walkSource(plan: WalkPlan): string {
  const source = new WalkSource();
  source.struct(plan.header);
  source.struct(plan.body);
  return [
    'return function compiledWalk(b, f) {',
    'const e = b.length; let at = 0, n = 0;',
    source.out.text,
    `f.topLevelNames = names; f.topLevelCount = ${plan.topLevelNames.length};`,
    'return at; };',
  ].join('\n');
}

/** Compiles the walk of a message; null where the process forbids it. */
export function compileWalk(plan: WalkPlan): CompiledWalk | null {
  return makeFunction(
    ['longUvarint', 'names'],
    [longUvarint, plan.topLevelNames],
    walkSource(plan),
  ) as CompiledWalk | null;
}
