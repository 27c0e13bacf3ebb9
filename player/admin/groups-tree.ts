import type { GroupView } from '#contracts/http';

/** A group with the way to it, in the order of a tree. */
export interface GroupNode {
  readonly group: GroupView;
  /** 0 at the top. */
  readonly depth: number;
  /** "An Giang / Long Xuyên". */
  readonly path: string;
  /** Ids of the groups above it, the nearest last. */
  readonly above: readonly string[];
}

/** Groups as a flat tree, each level in the language's order. A group whose parent is unknown stands at the top. */
export function treeOf(groups: readonly GroupView[], language: string): GroupNode[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const known = new Set(groups.map((group) => group.id));
  const children = new Map<string | null, GroupView[]>();
  for (const group of groups) {
    const parentId = group.parentId !== null && known.has(group.parentId) ? group.parentId : null;
    children.set(parentId, [...(children.get(parentId) ?? []), group]);
  }
  const nodes: GroupNode[] = [];
  function walk(parentId: string | null, above: readonly string[], prefix: string): void {
    const level = [...(children.get(parentId) ?? [])].sort((a, b) => collator.compare(a.name, b.name));
    for (const group of level) {
      const path = prefix === '' ? group.name : `${prefix} / ${group.name}`;
      nodes.push({ group, depth: above.length, path, above });
      walk(group.id, [...above, group.id], path);
    }
  }
  walk(null, [], '');
  return nodes;
}
