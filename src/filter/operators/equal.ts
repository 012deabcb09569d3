import type { Comparison, Scalar } from './types.ts';

/** Tells whether two values are the same; an int64 (bigint) equals the number with its value. */
export function sameValue(left: Scalar, right: Scalar): boolean {
  if (typeof left === typeof right) return left === right;
  if (typeof left === 'string' || typeof right === 'string') return false;
  return left <= right && left >= right;
}

/** `==` */
export const equal: Comparison = {
  code: '==',
  needs: 'none',
  negates: false,
  help: 'equal; of many values, any is equal',
  example: 'api == Produce',
  holds: sameValue,
};
