/** Longest pattern and most quantifiers accepted: enough for `orders\..*`, too few for a pattern that backtracks. */
const patternCharsMax = 200;
const quantifiersMax = 2;

/**
 * Compiles a `SubscribedTopicRegex`. Kafka runs RE2, which cannot backtrack; here only patterns without groups and
 * with few quantifiers are taken, so that no client can stall the broker. Null means: refuse with error 128.
 */
export function compileTopicPattern(pattern: string): RegExp | null {
  const quantifiers = pattern.match(/[*+?{]/g)?.length ?? 0;
  if (pattern.length > patternCharsMax || quantifiers > quantifiersMax || /[()]/.test(pattern)) return null;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return null;
  }
}
