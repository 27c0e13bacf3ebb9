import { describe, expect, it } from 'vitest';
import type { Polygon } from '#contracts/shapes';
import { type Conditions, rule, type Told, type Walker, walk } from '../../tests/fakes/walks.ts';
import { createCameraRules } from './camera-rules.ts';

/** A yard in the middle of the picture. */
const YARD: Polygon = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.8],
  [0.3, 0.8],
];
const EVERYWHERE: Polygon = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const THROUGH: Walker = { way: '2s 0.05 0.6, 12s 0.95 0.6' };
const HALF_AN_HOUR = 1800;

const moments = (told: readonly Told[]): readonly number[] => told.map(({ atSeconds }) => atSeconds);

/** Names of the walks, who walks, under which conditions, and about when what is told. */
type Table = readonly (readonly [string, object, readonly Walker[], Conditions, readonly number[]])[];

/** Seconds within which something must be told. */
const SOON = 1.6;

function holds(table: Table): void {
  it.each(table)('%s', (_, draft, walkers, conditions, expected) => {
    const told = moments(walk([rule(draft)], walkers, conditions).told);
    expect(told, `told at ${told.join(', ')}`).toHaveLength(expected.length);
    for (const [at, moment] of expected.entries()) {
      expect(told[at]).toBeGreaterThanOrEqual(moment - 0.3);
      expect(told[at]).toBeLessThanOrEqual(moment + SOON);
    }
  });
}

describe('a zone', () => {
  const enter = { kind: 'zone', area: YARD, on: 'enter' };
  const leave = { kind: 'zone', area: YARD, on: 'leave' };
  const all = { kind: 'zone', area: EVERYWHERE, on: 'enter' };
  const edge = 0.3;
  holds([
    ['is entered once by who walks through', enter, [THROUGH], { seconds: 16 }, [4.8]],
    ['is left once by who walks through', leave, [THROUGH], { seconds: 16 }, [9.2]],
    [
      'is entered again by who comes back',
      enter,
      [{ way: '1s 0.1 0.6, 4s 0.5 0.6, 7s 0.1 0.6, 10s 0.5 0.6' }],
      { seconds: 11 },
      [2.5, 8.5],
    ],
    ['is not entered by who walks past', enter, [{ way: '1s 0.1 0.95, 9s 0.9 0.95' }], { seconds: 11 }, []],
    [
      'is entered by a vehicle that is in it between two pictures only',
      enter,
      [{ label: 'car', height: 0.1, width: 0.35, way: '1s 0.2 0.5, 3.9s 0.2 0.5, 4.4s 0.8 0.5, 6s 0.9 0.5' }],
      { seconds: 6, framesPerSecond: 2 },
      [4],
    ],
    ['is entered by who comes out of a door in it', all, [{ way: '5s 0.5 0.6, 9s 0.5 0.9' }], { seconds: 9 }, [5.5]],
    [
      'is entered by who comes in from below the picture',
      all,
      [{ height: 0.6, way: '5s 0.4 1.4, 8s 0.45 0.9, 12s 0.45 0.9' }],
      { seconds: 12 },
      [6],
    ],
    [
      'is not entered by who is there when the watch begins',
      all,
      [{ way: '0s 0.5 0.6, 9s 0.5 0.9' }],
      { seconds: 9 },
      [],
    ],
    [
      'is not entered by a parked car that is hardly recognised',
      all,
      [
        {
          label: 'car',
          width: 0.2,
          height: 0.1,
          way: '0s 0.5 0.6, 120s 0.5 0.6',
          hidden: [
            [0, 20],
            [25, 40],
            [50, 60],
          ],
        },
      ],
      { seconds: 120, shake: 0.05 },
      [],
    ],
    [
      'is left by who walks out of the picture',
      { ...all, on: 'leave' },
      [{ way: '2s 0.5 0.6, 9s 1.02 0.6' }],
      { seconds: 16 },
      [11.5],
    ],
    [
      'is not left by who is only not seen any more',
      { ...all, on: 'leave' },
      [{ way: '2s 0.5 0.6, 9s 0.7 0.6' }],
      { seconds: 20 },
      [],
    ],
    [
      'is entered once by who stands on its edge',
      enter,
      [{ way: `1s 0.1 0.6, 3s ${edge} 0.6, 40s ${edge} 0.6, 42s 0.5 0.6` }],
      { seconds: 44, shake: 0.04 },
      [3],
    ],
    [
      'is entered once by who gets another track in it',
      enter,
      [{ way: '1s 0.1 0.6, 10s 0.65 0.6' }],
      { seconds: 10, switches: [6, 8] },
      [4.4],
    ],
    [
      'is entered once by who gets another track on its edge',
      enter,
      [{ way: '1s 0.1 0.6, 10s 0.65 0.6' }],
      { seconds: 10, switches: [4.2] },
      [4.4],
    ],
    [
      'is entered once by who is hidden for four seconds on its edge',
      enter,
      [{ way: '1s 0.1 0.6, 10s 0.5 0.6', hidden: [[4.5, 8.5]] }],
      { seconds: 11 },
      [8.6],
    ],
    [
      'is entered by each of two',
      enter,
      [{ way: '1s 0.1 0.5, 5s 0.5 0.5' }, { way: '3s 0.1 0.75, 7s 0.5 0.75' }],
      { seconds: 9 },
      [3, 5],
    ],
    [
      'is not entered while no pictures come',
      enter,
      [{ way: '1s 0.1 0.6, 30s 0.1 0.6, 31s 0.5 0.6, 90s 0.5 0.6' }],
      { seconds: 90, away: [20, 60] },
      [],
    ],
    ['is not entered by dogs where it is about persons', enter, [{ ...THROUGH, label: 'dog' }], { seconds: 16 }, []],
    [
      'is entered by dogs where it is about dogs',
      { ...enter, labels: ['dog'] },
      [{ ...THROUGH, label: 'dog' }, THROUGH],
      { seconds: 16 },
      [4.8],
    ],
    [
      'does not count whom it is not sure of',
      { ...enter, leastScore: 0.7 },
      [{ ...THROUGH, score: 0.6 }],
      { seconds: 16 },
      [],
    ],
    ['does not count who is small', { ...enter, leastHeight: 0.25 }, [THROUGH], { seconds: 16 }, []],
  ]);

  it('is entered six times by six', () => {
    const visits = Array.from(
      { length: 6 },
      (_, at): Walker => ({
        height: 0.7,
        way: `${5 + at * 22}s 0.4 1.5, ${7 + at * 22}s 0.55 0.9, ${18 + at * 22}s 0.55 0.9, ${20 + at * 22}s 1.1 0.95`,
      }),
    );
    for (let seed = 1; seed < 12; seed += 1) {
      const told = moments(walk([rule(all)], visits, { seconds: 140, shake: 0.04, missed: 0.1, seed }).told);
      expect(told, `dice ${seed}`).toHaveLength(6);
    }
  });
});

describe('a line', () => {
  const line = {
    kind: 'line',
    line: [
      [0.5, 0.95],
      [0.5, 0.1],
    ],
    direction: 'both',
  };
  const back: Walker = { way: '2s 0.95 0.6, 12s 0.05 0.6' };
  holds([
    ['is crossed by who walks through', line, [THROUGH], { seconds: 14 }, [7]],
    [
      'is crossed twice by who comes back',
      line,
      [{ way: '1s 0.3 0.6, 5s 0.7 0.6, 9s 0.3 0.6' }],
      { seconds: 10 },
      [3, 7],
    ],
    [
      'is not crossed by who turns around on it',
      line,
      [{ way: '1s 0.3 0.6, 4s 0.5 0.6, 20s 0.5 0.6, 24s 0.3 0.6' }],
      { seconds: 25, shake: 0.03 },
      [],
    ],
    [
      'is crossed once by who stands on it for a while',
      line,
      [{ way: '1s 0.3 0.6, 4s 0.5 0.6, 30s 0.5 0.6, 34s 0.7 0.6' }],
      { seconds: 35, shake: 0.03 },
      [30],
    ],
    [
      'is not crossed by who goes around it',
      line,
      [{ way: '1s 0.3 0.9, 4s 0.45 0.99, 7s 0.55 0.99, 10s 0.7 0.9' }],
      { seconds: 11 },
      [],
    ],
    ['is crossed once with a new track on it', line, [THROUGH], { seconds: 14, switches: [6.8] }, [7]],
    ['is crossed once by who is hidden on it', line, [{ ...THROUGH, hidden: [[6, 8]] }], { seconds: 14 }, [8]],
    ['is crossed by who is gone right behind it', line, [{ way: '1s 0.3 0.6, 5s 0.505 0.6' }], { seconds: 12 }, [9.5]],
    ['tells only of its direction', { ...line, direction: 'forward' }, [back], { seconds: 14 }, []],
    ['is crossed forward from left to right', { ...line, direction: 'forward' }, [THROUGH], { seconds: 14 }, [7]],
    [
      'with a corner is crossed once',
      {
        ...line,
        line: [
          [0.5, 0.95],
          [0.5, 0.6],
          [0.8, 0.3],
        ],
      },
      [THROUGH],
      { seconds: 14 },
      [7],
    ],
    [
      'is not crossed while the clock jumps',
      line,
      [{ way: '1s 0.3 0.6, 10s 0.4 0.6, 10.1s 0.7 0.6, 20s 0.8 0.6' }],
      { seconds: 20, jump: [10.1, 600] },
      [],
    ],
  ]);

  it('is counted both ways, also of the direction, in the hours and in the pause in which nothing is told', () => {
    const closed = {
      ...line,
      direction: 'forward',
      cooldownSeconds: 60,
      hours: [{ days: [6], fromMinute: 0, toMinute: 60 }],
    };
    const { told, crossings } = walk([rule(closed)], [THROUGH, { ...back, way: '2s 0.95 0.4, 12s 0.05 0.4' }], {
      seconds: 14,
    });
    expect(told).toEqual([]);
    expect(crossings.map(({ direction, label }) => `${label} ${direction}`).sort()).toEqual([
      'person backward',
      'person forward',
    ]);
  });

  it('tells no crossing twice, whatever is seen of it', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const conditions = {
        seconds: 16,
        shake: 0.06,
        missed: 0.2,
        seed,
        switches: seed % 3 === 0 ? [4 + (seed % 7)] : [],
      };
      const { told, crossings } = walk([rule(line)], [THROUGH], conditions);
      expect([told.length, crossings.length, told[0]?.direction], `dice ${seed}`).toEqual([1, 1, 'forward']);
    }
  });
});

describe('loitering', () => {
  const loitering = { kind: 'loitering', area: YARD, forSeconds: 20 };
  const stay = (to: number): Walker => ({ way: `1s 0.1 0.6, 4s 0.5 0.6, ${to}s 0.5 0.6, ${to + 3}s 0.1 0.6` });
  holds([
    ['is told after its time, once', loitering, [stay(90)], { seconds: 95, shake: 0.04, missed: 0.1 }, [22.5]],
    ['is not told of who goes before', loitering, [stay(18)], { seconds: 30 }, []],
    [
      'is told again of who comes back',
      loitering,
      [{ way: '1s 0.1 0.6, 4s 0.5 0.6, 30s 0.5 0.6, 33s 0.1 0.6, 36s 0.5 0.6, 70s 0.5 0.6' }],
      { seconds: 70 },
      [22.5, 54.5],
    ],
    ['goes on with another track', loitering, [stay(90)], { seconds: 95, switches: [10, 15, 40] }, [22.5]],
    ['does not count a jump of the clock', loitering, [stay(16)], { seconds: 25, jump: [10, 3600] }, []],
  ]);
});

describe('a crowd', () => {
  const crowd = { kind: 'crowd', area: null, atLeast: 3, forSeconds: 5 };
  const stand = (x: number, from: number, to: number): Walker => ({ way: `${from}s ${x} 0.6, ${to}s ${x} 0.6` });
  holds([
    [
      'is told when it has held',
      crowd,
      [stand(0.2, 0, 30), stand(0.5, 0, 30), stand(0.8, 10, 30)],
      { seconds: 30 },
      [15],
    ],
    [
      'is told once though one or other is not seen',
      crowd,
      [stand(0.2, 0, 60), stand(0.5, 0, 60), stand(0.8, 10, 60)],
      { seconds: 60, shake: 0.04, missed: 0.25 },
      [15],
    ],
    [
      'is no crowd that is short',
      crowd,
      [stand(0.2, 0, 30), stand(0.5, 0, 30), stand(0.8, 10, 11)],
      { seconds: 30 },
      [],
    ],
    [
      'is told again after it had dissolved',
      crowd,
      [stand(0.2, 0, 60), stand(0.5, 0, 60), stand(0.8, 10, 20), stand(0.8, 40, 60)],
      { seconds: 60 },
      [15, 45],
    ],
    [
      'is counted in its area only',
      { ...crowd, area: YARD },
      [stand(0.2, 0, 30), stand(0.5, 0, 30), stand(0.6, 10, 30)],
      { seconds: 30 },
      [],
    ],
  ]);

  it('says how many', () => {
    const { told } = walk(
      [rule(crowd)],
      [0.1, 0.3, 0.5, 0.7].map((x) => stand(x, 0, 20)),
      { seconds: 20 },
    );
    expect(told).toMatchObject([{ label: null, count: 4 }]);
  });
});

describe('a stopped vehicle', () => {
  const stopped = { kind: 'stopped', area: YARD, forSeconds: 30 };
  const car: Walker = {
    ...{ label: 'car', width: 0.2, height: 0.12 },
    way: `0s 0.05 0.6, 5s 0.5 0.6, ${HALF_AN_HOUR}s 0.5 0.6`,
  };
  holds([
    [
      'is told once in half an hour',
      stopped,
      [car],
      { seconds: HALF_AN_HOUR, framesPerSecond: 2, shake: 0.05, missed: 0.2 },
      [35],
    ],
    [
      'is not told of who waits for a light',
      stopped,
      [{ ...car, way: '0s 0.05 0.6, 5s 0.5 0.6, 25s 0.5 0.6, 30s 0.95 0.6' }],
      { seconds: 40 },
      [],
    ],
    [
      'is told once though a lorry hides it for five minutes',
      stopped,
      [{ ...car, hidden: [[100, 400]] }],
      { seconds: 600, framesPerSecond: 2, shake: 0.04 },
      [35],
    ],
    [
      'is told once with other tracks',
      stopped,
      [car],
      { seconds: 300, framesPerSecond: 2, shake: 0.04, switches: [60, 120, 200] },
      [35],
    ],
    [
      'is told of the next one in its place',
      stopped,
      [
        { ...car, way: '0s 0.05 0.6, 5s 0.5 0.6, 60s 0.5 0.6, 64s 0.95 0.6' },
        { ...car, way: '80s 0.05 0.6, 85s 0.5 0.6, 150s 0.5 0.6' },
      ],
      { seconds: 150 },
      [35, 115],
    ],
    ['is not told of persons', stopped, [{ ...car, label: 'person' }], { seconds: 60 }, []],
    ['is not told because the clock jumps', stopped, [car], { seconds: 30, jump: [20, 7200] }, []],
    ['is told once with a jump of the clock', stopped, [car], { seconds: 200, jump: [60, 7200] }, [35]],
    ['is told once though no pictures come for a while', stopped, [car], { seconds: 400, away: [60, 200] }, [35]],
  ]);
});

describe('the wrong way', () => {
  const wrong = {
    kind: 'wrongWay',
    area: EVERYWHERE,
    way: [
      [0.2, 0.5],
      [0.8, 0.5],
    ],
  };
  const car: Walker = { label: 'car', width: 0.15, height: 0.1, way: '1s 0.05 0.6, 9s 0.95 0.6' };
  const against: Walker = { ...car, way: '1s 0.95 0.6, 9s 0.05 0.6' };
  holds([
    ['is told once of who goes against the arrow', wrong, [against], { seconds: 10, shake: 0.05, missed: 0.1 }, [2]],
    ['is not told of who goes with it', wrong, [car], { seconds: 10, shake: 0.05, missed: 0.1 }, []],
    [
      'is not told of who stands',
      wrong,
      [{ ...car, way: '0s 0.5 0.6, 200s 0.5 0.6' }],
      { seconds: 200, shake: 0.08 },
      [],
    ],
    ['is not told of who crosses', wrong, [{ ...car, way: '1s 0.5 0.2, 6s 0.45 0.9' }], { seconds: 10 }, []],
    ['is told once with another track', wrong, [against], { seconds: 10, switches: [5] }, [2]],
  ]);
});

describe('an abandoned thing', () => {
  const abandoned = { kind: 'abandoned', area: null, forSeconds: 30 };
  const bag = (from: number): Walker => ({
    label: 'suitcase',
    height: 0.08,
    width: 0.05,
    way: `${from}s 0.5 0.7, 300s 0.5 0.7`,
  });
  const owner = (to: number): Walker => ({
    height: 0.3,
    way: `2s 0.1 0.68, 8s 0.52 0.68, ${to}s 0.52 0.68, ${to + 6}s 0.95 0.68`,
  });
  const passer = (at: number): Walker => ({ height: 0.3, way: `${at}s 0.05 0.7, ${at + 6}s 0.95 0.7` });
  holds([
    [
      'is told once when its owner has been gone for its time',
      abandoned,
      [bag(9), owner(12)],
      { seconds: 120, shake: 0.03 },
      [44],
    ],
    ['is not told while its owner stands by', abandoned, [bag(9), owner(110)], { seconds: 110, shake: 0.03 }, []],
    [
      'is told though others pass it',
      abandoned,
      [bag(9), owner(12), passer(22), passer(30), passer(38)],
      { seconds: 60 },
      [44],
    ],
    [
      'is not told when it is taken',
      abandoned,
      [
        {
          ...bag(9),
          way: '9s 0.5 0.7, 30s 0.5 0.7, 34s 0.95 0.7',
        },
        owner(12),
      ],
      { seconds: 80 },
      [],
    ],
    ['is not told where nothing was left', abandoned, [owner(60)], { seconds: 80 }, []],
  ]);
});

describe('presence', () => {
  const presence = { kind: 'presence', area: null };
  const HOURS = [{ days: [2], fromMinute: 10 * 60 + 1, toMinute: 11 * 60 }];
  holds([
    ['is told once for each', presence, [THROUGH, { way: '5s 0.5 0.9, 9s 0.6 0.9' }], { seconds: 14 }, [2, 5]],
    [
      'is told of who is there when its hours begin',
      { ...presence, hours: HOURS },
      [{ way: '1s 0.4 0.6, 90s 0.6 0.6' }],
      { seconds: 100 },
      [60],
    ],
    [
      'is not told outside of its hours',
      { ...presence, hours: [{ days: [3], fromMinute: 0, toMinute: 1440 }] },
      [THROUGH],
      { seconds: 14 },
      [],
    ],
    [
      'is told once with other tracks',
      presence,
      [{ way: '1s 0.4 0.6, 90s 0.6 0.6' }],
      { seconds: 90, switches: [5, 40, 60], shake: 0.04, missed: 0.1 },
      [1],
    ],
    [
      'is not told twice in its pause',
      { ...presence, cooldownSeconds: 10 },
      [THROUGH, { way: '5s 0.5 0.9, 9s 0.6 0.9' }, { way: '14s 0.2 0.9, 19s 0.3 0.9' }],
      { seconds: 20 },
      [2, 14],
    ],
  ]);
});

describe('all rules of a camera', () => {
  it('tell nothing of a rule that is switched off', () => {
    expect(walk([rule({ kind: 'presence', area: null, enabled: false })], [THROUGH], { seconds: 14 }).told).toEqual([]);
  });

  it('remember what they have told when another rule is changed', () => {
    const parked: Walker = { label: 'car', width: 0.2, height: 0.12, way: '0s 0.5 0.6, 100s 0.5 0.6' };
    const stopped = rule({ kind: 'stopped', area: YARD, forSeconds: 10 });
    const rules = createCameraRules([stopped]);
    const first = walk(rules, [parked], { seconds: 30 });
    rules.change([{ ...stopped, name: 'Another name', severity: 'severe' }, rule({ kind: 'presence', area: null })]);
    const second = walk(rules, [parked], { seconds: 30, startMs: Date.UTC(2030, 1) });
    expect(first.told.map((one) => one.rule)).toEqual([stopped.id]);
    expect(second.told.filter((one) => one.rule === stopped.id)).toEqual([]);
    expect(second.told).toHaveLength(1);
    rules.change([rule({ ...stopped, forSeconds: 12 })]);
    expect(walk(rules, [parked], { seconds: 30, startMs: Date.UTC(2030, 2) }).told).toHaveLength(1);
  });
});
