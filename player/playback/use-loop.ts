import { useEffect, useState } from 'react';

/** Something that is done many times a second, past React. */
export interface Loop {
  add(run: () => void): () => void;
}

/** ms between two turns: what follows the clock is steered between them by the decoder itself. */
const TURN_MS = 40;

export function useLoop(): Loop {
  const [loop] = useState(() => {
    const runs = new Set<() => void>();
    let last = 0;
    return {
      runs,
      add(run: () => void) {
        runs.add(run);
        return () => void runs.delete(run);
      },
      turn(now: number) {
        if (now - last < TURN_MS - 4) return;
        last = now;
        for (const run of runs) run();
      },
    };
  });
  useEffect(() => {
    let request = requestAnimationFrame(function frame(now) {
      loop.turn(now);
      request = requestAnimationFrame(frame);
    });
    return () => cancelAnimationFrame(request);
  }, [loop]);
  return loop;
}
