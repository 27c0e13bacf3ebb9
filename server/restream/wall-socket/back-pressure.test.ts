import { describe, expect, it } from 'vitest';
import {
  type CellLoad,
  calmState,
  decide,
  fullnessOf,
  LEVELS,
  type Level,
  maySend,
  PATIENCE_MS,
} from './back-pressure.ts';

it.each([
  ['an empty line', 0, 0, 0],
  ['half of the buffer', 1000, 0, 0.5],
  ['a client that answers three seconds late', 100, 3000, 1],
  ['the worse of both', 1500, 1500, 0.75],
])('fullness of %s', (_, bufferedBytes, lagMs, fullness) => {
  expect(fullnessOf({ bufferedBytes, limitBytes: 2000, lagMs })).toBe(fullness);
});

it.each([
  [0, [true, true, true, true]],
  [0.49, [true, true, true, true]],
  [0.65, [false, true, true, true]],
  [0.8, [false, false, true, true]],
  [0.99, [false, false, false, true]],
  [1, [false, false, false, false]],
])('at fullness %d of four cells, least important first, %j may send', (fullness, allowed) => {
  expect(allowed.map((_, rank) => maySend(fullness, rank, allowed.length))).toEqual(allowed);
});

const cell = (number: number, more: Partial<CellLoad> = {}): CellLoad => ({
  cell: number,
  priority: 5,
  levels: ['sub', 'keyframes', 'stills'],
  at: 0,
  pressed: false,
  ...more,
});

describe('decide', () => {
  const calm = calmState(0);

  it.each<[string, number, CellLoad[], number, { cell: number; to: number }[]]>([
    ['leaves a calm wall alone', 0, [cell(1), cell(2)], 60_000, []],
    [
      'takes from the least important',
      0.5,
      [cell(1, { priority: 9 }), cell(2, { pressed: true })],
      0,
      [{ cell: 2, to: 1 }],
    ],
    [
      'takes even from one that was not pressed itself when it matters less',
      0.5,
      [cell(1, { pressed: true, priority: 9 }), cell(2, { priority: 1 })],
      0,
      [{ cell: 2, to: 1 }],
    ],
    ['takes from the last cell of equals', 1, [cell(1), cell(2), cell(3)], 0, [{ cell: 3, to: 1 }]],
    [
      'takes the main stream first among equals',
      1,
      [cell(1, { levels: LEVELS }), cell(2), cell(3)],
      0,
      [{ cell: 1, to: 1 }],
    ],
    [
      'takes from a quarter at a time',
      1,
      Array.from({ length: 8 }, (_, at) => cell(at, { priority: at })),
      0,
      [
        { cell: 0, to: 1 },
        { cell: 1, to: 1 },
      ],
    ],
    ['passes over what is at the bottom', 1, [cell(1, { at: 2, priority: 0 }), cell(2)], 0, [{ cell: 2, to: 1 }]],
    ['has nothing to take when all are at the bottom', 1, [cell(1, { at: 2 })], 0, []],
    ['gives nothing back while the line is in use', 0.3, [cell(1, { at: 1 })], 60_000, []],
    ['gives nothing back too early', 0, [cell(1, { at: 1 })], PATIENCE_MS.first - 1, []],
    [
      'gives back to the most important',
      0,
      [cell(1, { at: 1 }), cell(2, { at: 1, priority: 9 })],
      PATIENCE_MS.first,
      [{ cell: 2, to: 0 }],
    ],
    [
      'gives back to the worst of equals',
      0,
      [cell(1, { at: 1 }), cell(2, { at: 2 })],
      PATIENCE_MS.first,
      [{ cell: 2, to: 1 }],
    ],
  ])('%s', (_, fullness, cells, nowMs, moves) => {
    expect(decide(calm, fullness, cells, nowMs).moves).toEqual(moves);
  });

  it('waits for the effect of a step down before the next', () => {
    const first = decide(calm, 1, [cell(1)], 0);
    expect(first.moves).toHaveLength(1);
    const second = decide(first.state, 1, [cell(1, { at: 1 })], 1000);
    expect(second.moves).toEqual([]);
    expect(decide(second.state, 1, [cell(1, { at: 1 })], 2000).moves).toEqual([{ cell: 1, to: 2 }]);
  });

  /** A line that carries up to `carries`: what it is asked for beyond that presses. */
  function run(carries: Level, seconds: number): { at: Level[]; changes: number } {
    const levels = LEVELS;
    let state = calmState(0);
    let at = 0;
    let changes = 0;
    const seen: Level[] = [];
    for (let second = 0; second < seconds; second += 1) {
      const pressed = at < levels.indexOf(carries);
      const decision = decide(state, pressed ? 0.9 : 0.1, [cell(1, { levels, at, pressed })], second * 1000);
      state = decision.state;
      for (const move of decision.moves) {
        at = move.to;
        changes += 1;
      }
      seen.push(levels[at] ?? 'stills');
    }
    return { at: seen, changes };
  }

  it('finds what the line carries, tries for more ever less often, and stays there most of the time', () => {
    const { at, changes } = run('sub', 600);
    expect(at.filter((level) => level === 'sub').length / at.length).toBeGreaterThan(0.9);
    expect(at).not.toContain('stills');
    expect(changes).toBeLessThan(30);
  });

  it('comes back to the best within a minute when the line does', () => {
    let state = calmState(0);
    let at = 3;
    for (let second = 0; second < 60; second += 1) {
      const decision = decide(state, 0, [cell(1, { levels: LEVELS, at })], second * 1000);
      state = decision.state;
      at = decision.moves[0]?.to ?? at;
    }
    expect(at).toBe(0);
  });
});
