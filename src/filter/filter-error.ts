/** Why a filter text is no filter: a sentence that says what to do, and the column (from 1) it is about. */
export class FilterError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.name = 'FilterError';
    this.column = column;
  }
}
