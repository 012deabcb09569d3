import type { ComparisonCode } from '../types.ts';

/** A single value of a field at run time. Times and durations are microseconds, sizes bytes. */
export type Scalar = string | number | bigint | boolean;

/** What an operator needs on both sides: order (numbers, times), text, or nothing in particular. */
export type OperandNeed = 'order' | 'text' | 'none';

/** An operator of the language as help and completion show it. One file each; `operators/index.ts` lists them. */
export interface Operator {
  /** How it is spelled. */
  readonly code: string;
  /** Other spellings. */
  readonly also?: readonly string[];
  /** What it means, one sentence. */
  readonly help: string;
  /** An expression that uses it. */
  readonly example: string;
}

/**
 * Compares a field with a value. Over a field with many values a plain comparison asks for any of them;
 * one with `negates` asks that none of them holds (the meaning of `!=` in Wireshark since 3.6).
 */
export interface Comparison extends Operator {
  readonly code: ComparisonCode;
  readonly needs: OperandNeed;
  readonly negates: boolean;
  /** The positive test; `pattern` is set for the operators that take one. */
  holds(left: Scalar, right: Scalar, pattern: TextTest | null): boolean;
}

/** A pattern ready to be tried on texts. */
export interface TextTest {
  test(text: string): boolean;
}
