/** What the step of a moved due time says: `1794900000000:1795500000000:reason`. */
export function readDueStep(
  text: string,
): { readonly fromMs: number; readonly toMs: number; readonly reason: string } | null {
  const [, from, to, reason] = /^(\d+):(\d+):([\s\S]*)$/.exec(text) ?? [];
  return reason === undefined ? null : { fromMs: Number(from), toMs: Number(to), reason };
}
