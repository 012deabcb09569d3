import { FieldKind, fixedBytes } from './field-kind.ts';
import type { FieldPlan, MessagePlan, StructPlan } from './plan.ts';

/** What the walk takes from a field as it passes. */
export const Pick = {
  None: 0,
  Throttle: 1,
  ErrorCode: 2,
  TopicName: 3,
  TopicId: 4,
  GroupId: 5,
  TransactionalId: 6,
  TopLevel: 7,
} as const;

/** How the walk steps over a field. `Run` is any number of fixed-size fields in one step. */
export const Step = {
  Run: 0,
  Short: 1,
  Wide: 2,
  Struct: 3,
  Structs: 4,
  Scalars: 5,
  Strings: 6,
  Records: 7,
  Picked: 8,
} as const;

/**
 * Steps frequent enough to be taken without looking at their `WalkStep`: a run, an error code of zero with the run
 * behind it, a compact array of fixed-size elements or a compact string (elements of one byte), each shorter than 127,
 * and a compact topic name once enough of them are listed.
 */
export const Fast = { None: 0, Run: 1, ErrorCode: 2, Scalars: 3, TopicName: 4 } as const;

/** One step of a walk. All share this shape. */
export interface WalkStep {
  readonly name: string;
  readonly step: number;
  readonly pick: number;
  readonly kind: number;
  /** Bytes of a `Run` or `Picked` step, or of one element of `Scalars`. */
  readonly bytes: number;
  readonly compact: boolean;
  readonly nullable: boolean;
  readonly tag: number;
  /** Fewest bytes of one element of an array. */
  readonly elementBytesMin: number;
  readonly struct: WalkStruct | null;
  /** Position in `WalkFacts`' top-level values; -1 for the rest. */
  readonly slot: number;
  /** Bytes of fixed-size fields behind an error code, stepped over together with it. */
  readonly runAfter: number;
}

/** A struct as a list of steps. */
export interface WalkStruct {
  readonly steps: readonly WalkStep[];
  /** For every step two numbers: its `Fast` form and the bytes of its run or element. */
  readonly program: Int32Array;
  readonly tagged: readonly WalkStep[];
  readonly flexible: boolean;
  /** Bytes of the struct when every instance has the same size and nothing is picked; else -1. */
  readonly fixedBytes: number;
}

/** A whole message as steps; `topLevelNames` are the small integers that `WalkFacts.topLevel` knows. */
export interface WalkPlan {
  readonly header: WalkStruct;
  readonly body: WalkStruct;
  readonly topLevelNames: readonly string[];
}

function pickOf(field: FieldPlan, name: string): number {
  const { kind, entityType } = field;
  if (kind === FieldKind.Int32 && name === 'throttleTimeMs') return Pick.Throttle;
  if (kind === FieldKind.Int16 && /errorCode$/i.test(name)) return Pick.ErrorCode;
  if (kind === FieldKind.Uuid && name === 'topicId') return Pick.TopicId;
  if (kind !== FieldKind.String) return Pick.None;
  if (entityType === 'topicName') return Pick.TopicName;
  // The specs of the share coordinator's own APIs leave the entity type out.
  if (entityType === 'groupId' || name === 'groupId') return Pick.GroupId;
  return entityType === 'transactionalId' ? Pick.TransactionalId : Pick.None;
}

const smallIntegers: readonly number[] = [FieldKind.Int8, FieldKind.Int16, FieldKind.Int32];

function makeStep(field: FieldPlan, topLevelNames: string[] | null): WalkStep {
  const element = field.element;
  const struct = field.struct ?? element?.struct ?? null;
  const inner = struct === null ? null : makeStruct(struct, null);
  let pick = pickOf(element ?? field, field.name);
  let slot = -1;
  if (topLevelNames !== null && smallIntegers.includes(field.kind)) {
    slot = topLevelNames.length;
    topLevelNames.push(field.name);
    if (pick === Pick.None) pick = Pick.TopLevel;
  }
  const bytes = fixedBytes[element?.kind ?? field.kind] ?? 0;
  return {
    name: field.name,
    step: stepOf(field, pick),
    pick,
    kind: field.kind,
    bytes,
    compact: field.compact,
    nullable: field.nullable,
    tag: field.tag,
    elementBytesMin: Math.max(1, element?.bytesMin ?? 1),
    struct: inner,
    slot,
    runAfter: 0,
  };
}

function stepOf(field: FieldPlan, pick: number): number {
  switch (field.kind) {
    case FieldKind.String:
      return Step.Short;
    case FieldKind.Bytes:
      return Step.Wide;
    case FieldKind.Records:
      return Step.Records;
    case FieldKind.Struct:
      return Step.Struct;
    case FieldKind.Array:
      if (field.element?.kind === FieldKind.Struct) return Step.Structs;
      if (field.element?.kind === FieldKind.String) return Step.Strings;
      if ((fixedBytes[field.element?.kind ?? FieldKind.Array] ?? 0) === 0) throw new Error(`no step for ${field.name}`);
      return Step.Scalars;
    default:
      return pick === Pick.None ? Step.Run : Step.Picked;
  }
}

/** Joins neighbouring fixed-size steps: four fields that nobody asks for are one addition. */
function joinRuns(steps: readonly WalkStep[]): WalkStep[] {
  const joined: WalkStep[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (step.step === Step.Run && last?.step === Step.Run) {
      joined[joined.length - 1] = { ...last, bytes: last.bytes + step.bytes };
    } else if (step.step === Step.Run && last !== undefined && isPlainError(last)) {
      joined[joined.length - 1] = { ...last, runAfter: last.runAfter + step.bytes };
    } else joined.push(step);
  }
  return joined;
}

/** An error code below the top level; at the top its value is kept by name, so it is never zero in silence. */
function isPlainError(step: WalkStep): boolean {
  return step.step === Step.Picked && step.pick === Pick.ErrorCode && step.slot < 0;
}

function fastOf(step: WalkStep): readonly [number, number] {
  if (step.step === Step.Run) return [Fast.Run, step.bytes];
  if (isPlainError(step)) return [Fast.ErrorCode, step.runAfter];
  if (step.compact && step.step === Step.Short && step.pick === Pick.TopicName) return [Fast.TopicName, 1];
  if (!step.compact || step.pick !== Pick.None) return [Fast.None, 0];
  if (step.step === Step.Scalars) return [Fast.Scalars, step.bytes];
  return step.step === Step.Short ? [Fast.Scalars, 1] : [Fast.None, 0];
}

function makeStruct(plan: StructPlan, topLevelNames: string[] | null): WalkStruct {
  const steps = joinRuns(plan.fields.map((field) => makeStep(field, topLevelNames)));
  const tagged = plan.tagged.map((field) => makeStep(field, null));
  const fixed = !plan.flexible && steps.every((step) => step.step === Step.Run);
  const bytes = fixed ? steps.reduce((sum, step) => sum + step.bytes, 0) : -1;
  const program = Int32Array.from(steps.flatMap(fastOf));
  return { steps, program, tagged, flexible: plan.flexible, fixedBytes: bytes };
}

const plans = new WeakMap<MessagePlan, WalkPlan>();

/** The steps of a message plan; made once per plan. */
export function walkPlanOf(plan: MessagePlan): WalkPlan {
  const known = plans.get(plan);
  if (known !== undefined) return known;
  const topLevelNames: string[] = [];
  const body = makeStruct(plan.body, topLevelNames);
  const made: WalkPlan = { header: makeStruct(plan.header, null), body, topLevelNames };
  plans.set(plan, made);
  return made;
}
