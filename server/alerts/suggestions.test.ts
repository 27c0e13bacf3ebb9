import { describe, expect, it } from 'vitest';
import { type Rule, ruleSchema } from '#contracts/rules';
import { type ClosedAlert, changed, suggest } from './suggestions.ts';

const zone: Rule = ruleSchema.parse({
  ...{ id: 'r', name: 'Cổng', enabled: true, kind: 'zone', on: 'enter' },
  area: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
});
function closed(verdict: ClosedAlert['verdict'], score: number, height: number, at: [number, number]): ClosedAlert {
  const [x, y] = at;
  return { verdict, detection: { score, box: { left: x - 0.02, top: y - height, width: 0.04, height } } };
}
const many = (count: number, make: (at: number) => ClosedAlert) => Array.from({ length: count }, (_, at) => make(at));
/** Somewhere, the same each time. */
const spread = (at: number): [number, number] => [0.1 + ((at * 37) % 80) / 100, 0.6 + ((at * 53) % 35) / 100];

describe('suggestions', () => {
  it('raises the least score where wrong ones were unsure and true ones were not, and no further than that', () => {
    const alerts = [
      ...many(12, (at) => closed('false', 0.42 + at / 100, 0.3, spread(at))),
      ...many(20, (at) => closed('true', 0.7 + at / 100, 0.3, spread(at))),
    ];
    expect(suggest(alerts, zone)).toEqual({
      change: { kind: 'leastScore', from: 0.4, to: 0.54 },
      ...{ wrongAvoided: 12, trueLost: 0 },
    });
  });

  it('raises the least height where wrong ones were small', () => {
    const alerts = [
      ...many(10, (at) => closed('nuisance', 0.8, 0.05 + at / 1000, spread(at))),
      ...many(10, (at) => closed('true', 0.8, 0.3, spread(at))),
    ];
    expect(suggest(alerts, zone)).toMatchObject({ change: { kind: 'leastHeight', to: 0.06 }, wrongAvoided: 10 });
  });

  it('cuts out the place where wrong ones stand, and leaves the others alone', () => {
    const alerts = [
      ...many(15, (at) => closed('false', 0.8, 0.3, [0.8 + (at % 4) / 100, 0.5 + (at % 3) / 100])),
      ...many(5, (at) => closed('false', 0.8, 0.3, [0.1 + at / 10, 0.9])),
      ...many(20, (at) => closed('true', 0.8, 0.3, [0.2 + at / 50, 0.75])),
    ];
    const found = suggest(alerts, zone);
    expect(found).toMatchObject({ change: { kind: 'exclude' }, wrongAvoided: 15, trueLost: 0 });
    if (found === null) return;
    const rule = changed(zone, found.change);
    expect(ruleSchema.safeParse(rule)).toMatchObject({ success: true });
  });

  it('loses at most one true one in twenty', () => {
    const alerts = [
      ...many(10, () => closed('false', 0.6, 0.3, [0.5, 0.7])),
      ...many(10, (at) => closed('true', 0.45 + at / 100, 0.3, [0.5, 0.7])),
    ];
    expect(suggest(alerts, zone)).toBeNull();
    const mostly = [...alerts.slice(0, 10), closed('true', 0.45, 0.3, [0.5, 0.7])];
    const sure = many(19, () => closed('true', 0.9, 0.3, [0.5, 0.7]));
    expect(suggest([...mostly, ...sure], zone)).toMatchObject({ wrongAvoided: 10, trueLost: 1 });
  });

  it('says nothing from a few, nothing where all is true, and cuts nothing out of a line', () => {
    expect(
      suggest(
        many(7, (at) => closed('false', 0.4, 0.1, spread(at))),
        zone,
      ),
    ).toBeNull();
    expect(
      suggest(
        many(50, (at) => closed('true', 0.5, 0.1, spread(at))),
        zone,
      ),
    ).toBeNull();
    const line = ruleSchema.parse({
      ...{ id: 'r', name: 'Vạch', enabled: true, kind: 'line', direction: 'both', leastScore: 0.9, leastHeight: 0.5 },
      line: [
        [0, 0.5],
        [1, 0.5],
      ],
    });
    expect(
      suggest(
        many(20, () => closed('false', 0.8, 0.3, [0.5, 0.5])),
        line,
      ),
    ).toBeNull();
  });
});
