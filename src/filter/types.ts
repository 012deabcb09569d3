/** A filter as a tree. `column` (from 1) is where a part begins in the text it was read from. */

/** Steps of a schema path after `req` or `res`: a name, an element's number, or every element (`[*]`). */
export type PathStep = string | number | '*';

/** What a comparison looks at: a named field, or a path into the body of the request or response. */
export type FieldRef =
  | { readonly kind: 'field'; readonly name: string; readonly column: number }
  | { readonly kind: 'path'; readonly path: SchemaPath; readonly column: number };

/** `req.topicData[*].name`: names as `--json` spells them. A name that is `*` does not exist, so `*` is all elements. */
export interface SchemaPath {
  readonly side: 'req' | 'res';
  readonly steps: readonly PathStep[];
}

/** What a field is compared with. `digits` keeps a number as it was written, so that printing loses nothing. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly ignoreCase: boolean }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'quantity'; readonly digits: string; readonly unit: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'time'; readonly text: string }
  | { readonly kind: 'field'; readonly field: FieldRef };

/** One item of `in {…}`: a value, or a range that includes both ends. */
export interface Item {
  readonly from: Value;
  readonly to: Value | null;
}

/** Comparison signs and words, as the operators spell them. */
export type ComparisonCode =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '~'
  | '!~'
  | 'contains'
  | 'startswith'
  | 'endswith';

/** Signs that compare a count with a number. */
export type CountCode = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type Expression =
  | { readonly kind: 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'and'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'quantified';
      readonly quantifier: 'any' | 'all' | 'none';
      readonly operand: Expression;
      readonly column: number;
    }
  | {
      readonly kind: 'count';
      readonly operand: Expression;
      readonly code: CountCode;
      readonly count: number;
      readonly column: number;
    }
  | { readonly kind: 'present'; readonly field: FieldRef }
  | {
      readonly kind: 'comparison';
      readonly field: FieldRef;
      readonly code: ComparisonCode;
      readonly value: Value;
      readonly column: number;
    }
  | {
      readonly kind: 'membership';
      readonly field: FieldRef;
      readonly negated: boolean;
      readonly items: readonly Item[];
      readonly column: number;
    }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'set'; readonly name: string; readonly column: number };
