/** Colours of a terminal in bits; 1 is none. More than 4 makes no difference: the themes use 16 named colours. */
export type ColourDepth = 1 | 4 | 8 | 24;

/** What decides about colours, in the order of who wins: the flag, then NO_COLOR, then what the terminal can. */
export interface ColourChoice {
  readonly color?: 'auto' | 'always' | 'never';
  readonly colorDepth?: ColourDepth;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the stream says of itself (`getColorDepth`), where it can tell. */
  readonly streamDepth: number | null;
}

/** The colour depth to draw with (no-color.org, FORCE_COLOR). */
export function colourDepth(choice: ColourChoice): ColourDepth {
  if (choice.colorDepth !== undefined) return choice.colorDepth;
  if (choice.color === 'never') return 1;
  if (choice.color === 'always') return 4;
  const { env } = choice;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 1 : 4;
  const refused = env.NO_COLOR;
  if (refused !== undefined && refused !== '') return 1;
  return choice.streamDepth === null || choice.streamDepth >= 4 ? 4 : 1;
}
