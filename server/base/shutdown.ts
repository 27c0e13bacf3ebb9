import type { Logger } from './log.ts';

/**
 * Stops parts in the reverse order of their start, each with a bound, all within one bound: the program ends in time
 * even when a part hangs, and says which one did.
 */
export interface Shutdown {
  /** `stop` is called once, after everything that was added later has stopped. */
  add(name: string, stop: () => void | Promise<void>): void;
  /** Stops everything; later calls wait for the first. Resolves to the names that did not stop in time. */
  run(): Promise<readonly string[]>;
  readonly signal: AbortSignal;
}

export function createShutdown(log: Logger, limits = { partMs: 2000, allMs: 4500 }): Shutdown {
  const parts: { name: string; stop: () => void | Promise<void> }[] = [];
  const controller = new AbortController();
  let running: Promise<readonly string[]> | undefined;

  async function stopAll(): Promise<readonly string[]> {
    controller.abort();
    const late: string[] = [];
    const deadline = performance.now() + limits.allMs;
    for (const part of parts.reverse()) {
      const leftMs = Math.max(0, Math.min(limits.partMs, deadline - performance.now()));
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), leftMs);
      });
      try {
        const outcome = await Promise.race([Promise.resolve(part.stop()).then(() => 'stopped' as const), timeout]);
        if (outcome === 'late') late.push(part.name);
      } catch (error) {
        log.error({ err: error, part: part.name }, 'part failed while stopping');
      } finally {
        clearTimeout(timer);
      }
    }
    if (late.length > 0) log.error({ parts: late }, 'parts did not stop in time');
    return late;
  }

  return {
    add: (name, stop) => void parts.push({ name, stop }),
    run: () => {
      running ??= stopAll();
      return running;
    },
    signal: controller.signal,
  };
}
