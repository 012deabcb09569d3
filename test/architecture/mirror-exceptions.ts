/** Sources without a twin test, by name, so that the debt is visible. The list may only shrink. */
export const sourcesWithoutTwin: readonly string[] = [];
