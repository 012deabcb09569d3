/** Where an interpreter stands in a message: a stack of names and indexes, made into text only when somebody asks. */
export class FieldPath {
  readonly #names: string[] = [];
  readonly #indexes: number[] = [];
  #depth = 0;

  /** Enters a struct field, or the elements of an array of structs. */
  enter(name: string): void {
    this.#names[this.#depth] = name;
    this.#indexes[this.#depth] = -1;
    this.#depth += 1;
  }

  /** Says which element of the array entered last is being read. */
  at(index: number): void {
    this.#indexes[this.#depth - 1] = index;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** The path of the struct being read: `topics[0].partitions[1]`, '' at the top. */
  owner(): string {
    let text = '';
    for (let level = 0; level < this.#depth; level += 1) {
      if (text !== '') text += '.';
      text += this.#names[level] ?? '';
      const index = this.#indexes[level] ?? -1;
      if (index >= 0) text += `[${index}]`;
    }
    return text;
  }

  /** The path of a field of that struct. */
  of(name: string): string {
    const owner = this.owner();
    return owner === '' ? name : `${owner}.${name}`;
  }
}
