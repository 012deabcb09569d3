import { actsIn, type Binding, bindings, type Focus } from './keymap.ts';
import type { Overlay } from './ui-state.ts';

/** How well a query fits a text: higher is better, null is not at all. Letters must occur in order. */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = query.toLowerCase();
  const within = text.toLowerCase();
  if (wanted === '') return 0;
  const whole = within.indexOf(wanted);
  if (whole >= 0) return 1_000 - whole + (isWordStart(within, whole) ? 500 : 0);
  let score = 0;
  let at = -1;
  for (const character of wanted) {
    if (character === ' ') continue;
    const next = within.indexOf(character, at + 1);
    if (next < 0) return null;
    score += isWordStart(within, next) ? 8 : next === at + 1 ? 4 : -Math.min(3, next - at);
    at = next;
  }
  return score;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text.charAt(at - 1));
}

/**
 * Bindings that an overlay lists for its query, best first. Help without a query keeps the order of the keymap, what
 * acts in this pane first. `q` and `quit` are what fingers type after `:`.
 */
export function overlayCommands(
  overlay: Extract<Overlay, { kind: 'help' | 'palette' }>,
  focus: Focus,
): readonly Binding[] {
  const query = overlay.query.text.trim();
  if (overlay.kind === 'palette' && /^q(uit)?!?$/.test(query)) return bindings.filter((b) => b.command === 'app.quit');
  const usable = bindings.filter((binding) => overlay.kind === 'help' || actsIn(binding, focus));
  const found: { binding: Binding; score: number; order: number }[] = [];
  for (const [order, binding] of usable.entries()) {
    const score = bindingScore(query, binding);
    if (score === null) continue;
    found.push({ binding, score: score + placeScore(binding, focus, query === ''), order });
  }
  found.sort((a, b) => b.score - a.score || a.order - b.order);
  return found.map((entry) => entry.binding);
}

/** Unsearched, what only this pane does comes first, then what works everywhere; a search weighs the words more. */
function placeScore(binding: Binding, focus: Focus, isUnsearched: boolean): number {
  if (!actsIn(binding, focus)) return 0;
  if (!isUnsearched) return 200;
  return binding.focus === 'any' ? 10_000 : 20_000;
}

/** Every word of the query must fit somewhere. */
function bindingScore(query: string, binding: Binding): number | null {
  if (binding.keys.includes(query)) return 5_000;
  let score = 0;
  for (const word of query.split(' ')) {
    const fit = word === '' ? 0 : wordScore(word, binding);
    if (fit === null) return null;
    score += fit;
  }
  return score;
}

function wordScore(word: string, binding: Binding): number | null {
  const name = fuzzyScore(word, binding.command);
  const help = fuzzyScore(word, binding.help);
  // Letters scattered over a whole sentence fit nearly anything: a sentence counts only where the word stands in it.
  const inHelp = help !== null && help >= 500 ? help - 100 : null;
  if (name === null) return inHelp;
  return inHelp === null ? name : Math.max(name, inHelp);
}
