import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CADENCES, type Every, sectorSeedSchema, type Terms } from '#contracts/sectors';
import { periodsBetween } from '../../sectors/periods.ts';
import type { DemoArea } from './department.ts';
import { FAULTS, faultOf, withFault } from './faults.ts';
import { createMoments } from './moment.ts';
import { deliveredBy, planOf } from './plan.ts';
import { DEPARTMENTS } from './sectors/index.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-26T10:00:00+07:00');
const COMMUNES: readonly DemoArea[] = ['01', '02', '03'].map((code, at) => ({
  ...{ code, name: `Xã ${code}`, size: 0.6 + 0.5 * at, latitude: 10, longitude: 105 },
}));

function seedOf(sector: string) {
  const file = new URL(`../../../config/sectors/${sector}.json`, import.meta.url);
  return sectorSeedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
function planning(sector: string) {
  const { indicators } = seedOf(sector);
  return {
    indicator: (code: string) => {
      const found = indicators[code];
      return found === undefined ? undefined : { ...found, code, sector };
    },
    ...{ communes: COMMUNES, root: '00', momentOf: createMoments(ZONE) },
    periodsBetween: (cadence: Parameters<typeof periodsBetween>[0], fromMs: number, toMs: number) =>
      periodsBetween(cadence, fromMs, toMs, ZONE),
  };
}
/** Long enough that each cadence has a period or two in it. */
const RANGE_MS: Readonly<Partial<Record<Every, number>>> = {
  month: 70 * DAY_MS,
  quarter: 200 * DAY_MS,
  year: 800 * DAY_MS,
};

describe.each(DEPARTMENTS)('the department of $sector', (department) => {
  const seed = seedOf(department.sector);
  const deps = planning(department.sector);
  const planned = CADENCES.flatMap((every) =>
    planOf(department, every, NOW_MS - (RANGE_MS[every] ?? 3 * DAY_MS), NOW_MS, deps),
  );

  it('delivers what the sector asks for, and nothing that it does not know', () => {
    const asked = Object.entries(seed.indicators)
      // What the house counts itself, no department delivers.
      .filter(([code, { kind }]) => kind !== 'ratio' && !code.startsWith('van_ban.chi_dao_'))
      .map(([code]) => code);
    const delivered = deliveredBy(department).map(({ code }) => code);
    // Diseases are split by kind, and what reporters are told by theme: the demo leaves them out.
    expect(
      new Set([...delivered, 'y_te.benh_truyen_nhiem'].filter((code) => seed.indicators[code] !== undefined)),
    ).toEqual(new Set([...asked, ...(department.sector === 'y_te' ? ['y_te.benh_truyen_nhiem'] : [])]));
    expect(delivered.filter((code) => seed.indicators[code] === undefined)).toEqual([]);
  });

  it('sends values that can be, whose sums hold', () => {
    expect(planned.length).toBeGreaterThan(0);
    for (const { rows } of planned) {
      const values = new Map(rows.map(({ indicator, value }) => [indicator, value ?? Number.NaN]));
      for (const [code, value] of values) {
        const { least, most, whole } = seed.indicators[code] ?? {};
        expect([code, value, value >= (least ?? -Infinity), value <= (most ?? Infinity)]).toEqual([
          code,
          value,
          true,
          true,
        ]);
        if (whole === true) expect([code, value]).toEqual([code, Math.round(value)]);
      }
      const sum = (terms: Terms) =>
        terms.reduce((total, { indicator, factor }) => total + factor * (values.get(indicator) ?? Number.NaN), 0);
      for (const { key, left, right } of seed.identities) {
        if (left.every(({ indicator }) => values.has(indicator))) expect([key, sum(left)]).toEqual([key, sum(right)]);
      }
    }
  });

  it('says all day the same where something stands still', () => {
    const [commune] = COMMUNES;
    const stuck = { ...deps, isStuck: (_: string, area: string) => area === commune?.code };
    const range = [NOW_MS - DAY_MS / 4, NOW_MS] as const;
    for (const every of ['fiveMinutes', 'quarterHour', 'hour'] as const) {
      const said = planOf(department, every, ...range, stuck)
        .flatMap(({ rows }) => rows)
        .filter(({ area }) => area === commune?.code);
      const values = new Map(said.map(({ indicator }) => [indicator, new Set<unknown>()]));
      for (const { indicator, value } of said) values.get(indicator)?.add(value);
      for (const [indicator, different] of values) expect([indicator, different.size]).toEqual([indicator, 1]);
    }
  });

  it('sends the same in one range as in two, each once', () => {
    const half = NOW_MS - DAY_MS / 2;
    for (const every of CADENCES) {
      const whole = planOf(department, every, NOW_MS - DAY_MS, NOW_MS, deps).map(({ key }) => key);
      const parts = [
        planOf(department, every, NOW_MS - DAY_MS, half, deps),
        planOf(department, every, half, NOW_MS, deps),
      ];
      expect(parts.flat().map(({ key }) => key)).toEqual(whole);
    }
  });
});

describe('what goes wrong', () => {
  const rows = [
    { indicator: 'thu_tuc.da_giai_quyet', area: '01', period: '2026-11-26', value: 4 },
    { indicator: 'thu_tuc.giai_quyet_som', area: '01', period: '2026-11-26', value: 2.5 },
  ];

  it.each(FAULTS)('%s changes how something comes, and is the same each time', (fault) => {
    const once = withFault(fault, rows, { format: 'json', key: 'k' });
    expect(withFault(fault, rows, { format: 'json', key: 'k' })).toEqual(once);
    expect(once).not.toEqual(withFault('late', rows, { format: 'json', key: 'other' }));
    const keys = once.deliveries.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('hits as many deliveries as was chosen', () => {
    const hit = Array.from({ length: 4000 }, (_, at) => faultOf(`delivery ${at}`, 0.1)).filter(
      (fault) => fault !== null,
    );
    expect(hit.length / 4000).toBeCloseTo(0.1, 1);
    expect(new Set(hit)).toEqual(new Set(FAULTS));
    expect(faultOf('delivery', 0)).toBeNull();
  });
});
