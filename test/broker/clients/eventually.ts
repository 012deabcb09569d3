/** Resolves when `isTrue` holds; a test's own time limit ends a wait that never succeeds. */
export async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}
