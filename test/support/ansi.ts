/** The escape character, spelled so that no regular expression holds it literally. */
export const escapeCharacter = String.fromCharCode(27);

/** Select Graphic Rendition: colour, bold, inverse; the group is its parameters. */
export const sgrPattern = new RegExp(`${escapeCharacter}\\[([\\d;]*)m`, 'g');

/** The text a person sees: escapes for looks taken out. */
export function withoutSgr(painted: string): string {
  return painted.replaceAll(sgrPattern, '');
}
