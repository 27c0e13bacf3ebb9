import { Session } from 'node:inspector';

/** Which blocks of the program under test have run, as V8 counts them. */
export interface Coverage {
  /** How many blocks have run for the first time since it was last asked. */
  fresh(): number;
  /** The same, and forgets what it has just seen of it. */
  peek(): boolean;
  total(): number;
  stop(): void;
}

/** `part`: only of files whose address holds it. */
export function createCoverage(part: string): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const known = new Set<string>();

  /** Calls back at once: the session is of our own thread. */
  function each(visit: (block: string) => void): void {
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const { url, functions } of taken.result) {
        if (!url.includes(part) || url.includes('.test.')) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            if (count > 0) visit(`${url}:${startOffset}:${endOffset}`);
          }
        }
      }
    });
  }

  return {
    fresh() {
      const before = known.size;
      each((block) => known.add(block));
      return known.size - before;
    },
    peek() {
      let found = false;
      each((block) => {
        found ||= !known.has(block);
      });
      return found;
    },
    total: () => known.size,
    stop() {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}
