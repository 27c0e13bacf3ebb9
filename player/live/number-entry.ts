/** Digits that an operator types one behind another to call a camera by its number. Pure. */
export type NumberEntry = { readonly digits: string; readonly call: number | null };

const MOST_DIGITS = 6;
export const NO_ENTRY: NumberEntry = { digits: '', call: null };

/** The entry after a key; `call` is set once, when Enter ends the number. Keys that do not belong to it change nothing. */
export function afterKey(entry: NumberEntry, key: string): NumberEntry {
  if (/^[0-9]$/.test(key)) return { digits: (entry.digits + key).slice(-MOST_DIGITS), call: null };
  if (entry.digits === '') return NO_ENTRY;
  if (key === 'Backspace') return { digits: entry.digits.slice(0, -1), call: null };
  if (key === 'Escape') return NO_ENTRY;
  if (key === 'Enter') return { digits: '', call: Number(entry.digits) };
  return { digits: entry.digits, call: null };
}
