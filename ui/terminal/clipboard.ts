/**
 * The escape that asks the terminal to put a text on the clipboard (OSC 52). The text travels as base64, so nothing
 * of it can end the escape early.
 */
export function clipboardSequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
}
