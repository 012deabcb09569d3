/** Names kept in one set; more are only counted. */
const namesMax = 32;

/** Distinct client ids that did something, the first of them by name. A stranger's endless ids fill nothing. */
export class ClientSet {
  readonly #names = new Set<string>();
  #overflow = false;

  add(clientId: string | null): void {
    const name = clientId ?? '(none)';
    if (this.#names.has(name)) return;
    if (this.#names.size < namesMax) this.#names.add(name);
    else this.#overflow = true;
  }

  get size(): number {
    return this.#names.size;
  }

  /** The names; `more` when there were others that had no room. */
  list(): { readonly names: readonly string[]; readonly more: boolean } {
    return { names: [...this.#names], more: this.#overflow };
  }
}
