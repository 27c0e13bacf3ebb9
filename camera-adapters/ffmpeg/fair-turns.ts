import { Fault } from '#base/errors';

/**
 * Few work at a time, and nobody waits behind the crowd of another: whoever asks stands in a line, and the lines are
 * gone round.
 */
export interface FairTurns {
  /** `most`: so many wait in it; more are refused. */
  line(most: number): TurnLine;
}

export interface TurnLine {
  /** Resolves when it is one's turn; what it gives is to be called, once, when it is over. Rejects with `Fault` `tooMany`. */
  turn(): Promise<() => void>;
}

export function createFairTurns(atATime: number): FairTurns {
  const lines: (() => void)[][] = [];
  let [working, nextLine] = [0, 0];

  function handOver(): void {
    for (let passed = 0; passed < lines.length; passed += 1) {
      const next = lines[nextLine]?.shift();
      nextLine = (nextLine + 1) % lines.length;
      if (next !== undefined) {
        next();
        return;
      }
    }
    working -= 1;
  }

  return {
    line(most) {
      const waiting: (() => void)[] = [];
      lines.push(waiting);
      return {
        async turn() {
          if (working < atATime) working += 1;
          else {
            if (waiting.length >= most) throw new Fault('tooMany', 'still.tooMany', 'too many stills at a time');
            await new Promise<void>((resolve) => waiting.push(resolve));
          }
          return handOver;
        },
      };
    },
  };
}
