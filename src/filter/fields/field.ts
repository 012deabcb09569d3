import type { Exchange } from '../../exchange/exchange.ts';
import type { Struct } from '../../protocol/message.ts';
import type { Scalar } from '../operators/types.ts';

/** What a filter may ask of its caller, because it knows neither store nor clock and never decodes by itself. */
export interface FilterContext {
  isMarked(seq: number): boolean;
  /** Body of one message of an exchange; null when there is none or it is opaque. */
  decodedBody(exchange: Exchange, side: 'request' | 'response'): Struct | null;
  /** Now, epoch microseconds: what `-5m` and `14:02` are relative to. */
  readonly nowUs: number;
}

/**
 * What values of a field are. `identifier` and `count` are whole numbers; a bare count, duration or size asks for more
 * than 0, a bare identifier for being there. Durations are microseconds, sizes bytes, times epoch microseconds.
 */
export type FieldType = 'text' | 'enum' | 'identifier' | 'count' | 'duration' | 'size' | 'time' | 'boolean';

/** Names of an enum's values: how a word is read and a value printed. */
export interface EnumWords {
  /** What the words name: `API`, `error`. */
  readonly what: string;
  /** Value of a name (any case) or number; null when there is none. */
  valueOf(word: string): Scalar | null;
  nameOf(value: Scalar): string;
  /** All names, for completion. */
  words(): readonly string[];
}

interface FieldFacts {
  readonly name: string;
  readonly type: FieldType;
  /** One sentence without a full stop. */
  readonly help: string;
  /** Only for type `enum`. */
  readonly words: EnumWords | null;
  /** Its values come from decoded bodies, which costs. */
  readonly needsBody: boolean;
}

/** A field with at most one value. */
export interface OneField extends FieldFacts {
  readonly many: false;
  get(exchange: Exchange, context: FilterContext): Scalar | null;
}

/** A list that quantifiers run over. Fields of one source (`key`, `value`) look at the same element. */
export interface ListSource {
  readonly name: string;
  elements(exchange: Exchange, context: FilterContext): readonly unknown[];
}

/** A field with any number of values. */
export interface ManyField extends FieldFacts {
  readonly many: true;
  readonly list: ListSource;
  /** What the field is for one element of its list. */
  pick(element: unknown): Scalar | readonly Scalar[] | null;
}

export type Field = OneField | ManyField;

/** Declares a field with at most one value. */
export function one(
  name: string,
  type: Exclude<FieldType, 'enum'>,
  help: string,
  get: (exchange: Exchange, context: FilterContext) => Scalar | null,
): OneField {
  return { name, type, help, words: null, needsBody: false, many: false, get };
}

/** Declares a field whose value is one of an enum's. */
export function oneEnum(
  name: string,
  words: EnumWords,
  help: string,
  get: (exchange: Exchange, context: FilterContext) => Scalar | null,
): OneField {
  return { name, type: 'enum', help, words, needsBody: false, many: false, get };
}

/** Declares a list whose elements are of one type. */
export function listOf<Element>(
  name: string,
  elements: (exchange: Exchange, context: FilterContext) => readonly Element[],
): ListSource & { readonly element?: Element } {
  return { name, elements };
}

/** Declares a field with a value per element of a list. */
export function each<Element>(
  name: string,
  type: FieldType,
  help: string,
  list: ListSource & { readonly element?: Element },
  pick: (element: Element) => Scalar | readonly Scalar[] | null,
  more: { readonly words?: EnumWords; readonly needsBody?: boolean } = {},
): ManyField {
  return {
    name,
    type,
    help,
    words: more.words ?? null,
    needsBody: more.needsBody ?? false,
    many: true,
    list,
    // A field is only ever given elements of its own list; the type is lost where fields of all types meet.
    pick: (element) => pick(element as Element),
  };
}
