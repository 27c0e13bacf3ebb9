import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What processes cost, from the kernel's own accounts (/proc, Linux). */

/** USER_HZ: proc(5) counts in these ticks; it is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** User and system time in ms, with that of children that have ended and were waited for. */
  readonly cpuMs: number;
}

function statOf(pid: number, thread?: number): Stat | undefined {
  try {
    const of = thread === undefined ? `${pid}` : `${pid}/task/${thread}`;
    const text = readFileSync(`/proc/${of}/stat`, 'utf8');
    // The second field is the name in brackets and may hold anything: count from behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { pid, parent: fields[1] ?? 0, cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}

/** `pid` and everything below it. */
export function tree(pid: number): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const found = [pid];
  for (let at = 0; at < found.length; at += 1) {
    for (const stat of all) if (stat.parent === found[at]) found.push(stat.pid);
  }
  return found;
}

/** CPU time that the trees of `pids` have used so far, in ms. */
export function cpuMs(pids: readonly number[]): number {
  return pids.flatMap(tree).reduce((sum, pid) => sum + (statOf(pid)?.cpuMs ?? 0), 0);
}

/** CPU time that the main thread of a process has used so far, in ms. */
export function mainThreadMs(pid: number): number {
  return statOf(pid, pid)?.cpuMs ?? 0;
}

/** Memory that belongs to these trees alone (Private_Clean + Private_Dirty), in MB; `alone`: to `pids` without what is below. */
export function privateMb(pids: readonly number[], which: 'tree' | 'alone' = 'tree'): number {
  return memoryMb(which === 'tree' ? pids.flatMap(tree) : pids, /^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm);
}

/** Memory of these trees in MB, with each one's share of what processes have in common (Pss). */
export function proportionalMb(pids: readonly number[]): number {
  return memoryMb(pids.flatMap(tree), /^Pss:\s+(\d+) kB$/gm);
}

/** Resident memory of these trees, in MB; what processes share is counted for each. */
export function residentMb(pids: readonly number[]): number {
  return memoryMb(pids.flatMap(tree), /^Rss:\s+(\d+) kB$/gm);
}

function memoryMb(pids: readonly number[], lines: RegExp): number {
  let kb = 0;
  for (const pid of pids) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      for (const match of text.matchAll(lines)) kb += Number(match[1]);
    } catch {
      // It has ended since the tree was read.
    }
  }
  return kb / 1024;
}

/** What stands behind each open file descriptor of these trees: a path, or `socket:[…]`, `pipe:[…]`. */
export function openFiles(pids: readonly number[]): readonly string[] {
  return pids.flatMap(tree).flatMap((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? []);
    } catch {
      // It has ended since the tree was read.
      return [];
    }
  });
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was read.
    return undefined;
  }
}
