import { apiKeyMax, apiKeyOf, apiName } from '../../protocol/api-keys.ts';
import { errorName } from '../../protocol/error-codes.ts';
import type { EnumWords } from './field.ts';

const wholeNumber = /^-?\d{1,9}$/;

/** API names; a number stands for its key, also where no API has it. */
export const apiWords: EnumWords = {
  what: 'API',
  valueOf(word) {
    return wholeNumber.test(word) ? Number(word) : apiKeyOf(word);
  },
  nameOf(value) {
    return apiName(Number(value)) ?? String(value);
  },
  words() {
    const names: string[] = [];
    for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
      const name = apiName(apiKey);
      if (name !== null) names.push(name);
    }
    return names;
  },
};

const errorCodeMin = -1;
/** Beyond the codes Kafka has (136 in 4.4), so that a later table needs no change here. */
const errorCodeMax = 300;
const errorCodes = new Map<string, number>();
for (let code = errorCodeMin; code <= errorCodeMax; code++) {
  const name = errorName(code);
  if (!name.startsWith('UNKNOWN_CODE_')) errorCodes.set(name, code);
}

/** Error names; a number stands for its code. */
export const errorWords: EnumWords = {
  what: 'error',
  valueOf(word) {
    return wholeNumber.test(word) ? Number(word) : (errorCodes.get(word.toUpperCase()) ?? null);
  },
  nameOf(value) {
    const name = errorName(Number(value));
    return errorCodes.has(name) ? name : String(value);
  },
  words() {
    return [...errorCodes.keys()];
  },
};

/** An enum whose values are its own lower-case words. */
export function wordList(what: string, list: readonly string[]): EnumWords {
  return {
    what,
    valueOf(word) {
      const lower = word.toLowerCase();
      return list.includes(lower) ? lower : null;
    },
    nameOf: String,
    words: () => list,
  };
}

const acksNames: Readonly<Record<string, number>> = { all: -1, none: 0, leader: 1 };

/** `acks`: the number, or `all`, `none`, `leader`. */
export const acksWords: EnumWords = {
  what: 'acks',
  valueOf(word) {
    return wholeNumber.test(word) ? Number(word) : (acksNames[word.toLowerCase()] ?? null);
  },
  nameOf(value) {
    for (const [name, acks] of Object.entries(acksNames)) if (acks === value) return name;
    return String(value);
  },
  words: () => Object.keys(acksNames),
};
