import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSeeds } from './seeds.ts';

describe('the sectors that come with the program', () => {
  it('are the ten of an operations centre, each with a headline, events and rules, in both languages', async () => {
    const seeds = await readSeeds();
    expect(seeds.map(({ key }) => key)).toEqual([
      'kinh_te_xa_hoi',
      'thu_tuc',
      'van_ban',
      'giao_duc',
      'y_te',
      'du_lich',
      'luu_tru',
      'camera',
      'mang_xa_hoi',
      'phan_anh',
    ]);
    const shown = seeds.flatMap(({ indicators }) => Object.values(indicators).filter((one) => one.shown));
    expect(shown.length).toBeGreaterThanOrEqual(56);
    for (const { sector, indicators, eventTypes, rules } of seeds) {
      const headline = indicators[sector.headline ?? ''];
      expect([sector.name.vi, headline?.shown, eventTypes.length > 2, rules.length > 2]).toEqual([
        sector.name.vi,
        true,
        true,
        true,
      ]);
    }
  });

  it('have no share that anybody types: each is reckoned of counts that are delivered', async () => {
    const seeds = await readSeeds();
    const percent = seeds
      .flatMap(({ indicators }) => Object.entries(indicators))
      .filter(([, one]) => one.unit.vi === '%');
    const typed = percent.filter(([, { kind }]) => kind !== 'ratio').map(([code]) => code);
    // Statistics of the state come as rates of change, of which nobody here has the parts.
    expect(typed.sort()).toEqual(['kinh_te_xa_hoi.cpi', 'kinh_te_xa_hoi.iip', 'kinh_te_xa_hoi.tang_truong_grdp']);
  });

  it('know the identities of files and documents', async () => {
    const identities = (await readSeeds()).flatMap((seed) => seed.identities.map(({ key }) => `${seed.key}.${key}`));
    expect(identities).toContain('thu_tuc.can_doi_ho_so');
    expect(identities).toContain('thu_tuc.chia_ket_qua');
  });
});

describe('a seed that is wrong', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tamnhin-seeds-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const words = { vi: 'x', en: 'x' };
  const flow = { name: words, unit: words, kind: 'flow', cadence: { every: 'day' } };
  const ratio = (numerator: string, denominator: string) => ({
    ...flow,
    kind: 'ratio',
    formula: { numerator: [{ indicator: numerator }], denominator: [{ indicator: denominator }] },
  });
  const rule = { id: 'r', name: words, kind: 'threshold', indicator: 'nuoc.gone', side: 'above', warn: 1 };

  it.each([
    [
      'an unknown cadence',
      { indicators: { 'nuoc.aa': { ...flow, cadence: { every: 'moon' } } } },
      /nuoc\.json: .*cadence/s,
    ],
    ['an indicator of another sector', { indicators: { 'dien.aa': flow } }, /dien\.aa does not begin with nuoc/],
    ['a share without its parts', { indicators: { 'nuoc.aa': { ...flow, kind: 'ratio' } } }, /has a formula/],
    [
      'a part that is not there',
      { indicators: { 'nuoc.aa': ratio('nuoc.bb', 'nuoc.cc') } },
      /no delivered indicator nuoc\.bb/,
    ],
    [
      'parts for other periods',
      { indicators: { 'nuoc.aa': ratio('nuoc.bb', 'nuoc.bb'), 'nuoc.bb': { ...flow, cadence: { every: 'month' } } } },
      /other periods/,
    ],
    ['a headline that is not there', { sector: { name: words, headline: 'nuoc.gone' } }, /no indicator nuoc\.gone/],
    ['a rule about nothing', { rules: [rule] }, /rule r: there is no indicator nuoc\.gone/],
  ])('%s is named with its file', async (_, wrong, message) => {
    const seed = { key: 'nuoc', sector: { name: words }, indicators: {}, ...wrong };
    await writeFile(join(folder, 'nuoc.json'), JSON.stringify(seed));
    await expect(readSeeds(pathToFileURL(`${folder}/`))).rejects.toThrow(message);
  });
});
