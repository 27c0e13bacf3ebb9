/** The id of a key in fours, to be read over a telephone. */
export function spacedKey(id: string): string {
  return id.replace(/(.{4})(?=.)/g, '$1 ');
}
