import { sep } from 'node:path';

/** The first two folders of which one lies inside the other. Absolute paths; a folder does not lie inside itself. */
export function nestedIn(folders: readonly string[]): { readonly inner: string; readonly outer: string } | undefined {
  for (const outer of folders) {
    const below = outer.endsWith(sep) ? outer : outer + sep;
    const inner = folders.find((folder) => folder !== outer && folder.startsWith(below));
    if (inner !== undefined) return { inner, outer };
  }
  return undefined;
}
