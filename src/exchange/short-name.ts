import { nameCharactersMax } from './limits.ts';

/** A name as it is kept: one that is longer than a screen has any use for is cut, and ends in a mark that says so. */
export function shortName(text: string, charactersMax: number = nameCharactersMax): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}
