import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory and so small that a test can fill it, on a mount point of its own. */
export interface SmallDisk {
  /** The mount point. */
  readonly path: string;
  /** Takes it out; the empty mount point stays. What is on it is kept. */
  unmount(): void;
  mount(how?: 'ro' | 'rw'): void;
  /** Another one, empty, in the same place. */
  mountOther(): void;
  remove(): void;
}

/** `undefined`, with a plain message, where this user may not mount. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tamnhin-small-disk-'));
  const run = (command: string, ...words: string[]): unknown =>
    execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const make = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  // Kept in one place and shown in another: so it can go and come back with what is on it.
  const [store, path] = [make('store'), make('disk')];
  const memory = (at: string): void => void run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tamnhin', at);
  let mounted = false;
  const unmount = (): void => {
    // Lazily: what a failed test left open must not keep it.
    if (mounted) run('umount', '--lazy', path);
    mounted = false;
  };
  const mount = (how: 'ro' | 'rw' = 'rw'): void => {
    unmount();
    run('mount', '--bind', store, path);
    mounted = true;
    if (how === 'ro') run('mount', '-o', 'remount,bind,ro', path);
  };
  try {
    memory(store);
  } catch (error) {
    rmSync(folder, { recursive: true });
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : '';
    process.stderr.write(`a small disk cannot be mounted here (${why}); the tests that need one are skipped\n`);
    return undefined;
  }
  mount();
  return {
    path,
    mount,
    unmount,
    mountOther() {
      unmount();
      memory(path);
      mounted = true;
    },
    remove() {
      unmount();
      run('umount', '--lazy', store);
      rmSync(folder, { recursive: true });
    },
  };
}
