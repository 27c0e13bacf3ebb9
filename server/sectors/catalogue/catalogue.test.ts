import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indicatorInputSchema, sectorSeedSchema } from '#contracts/sectors';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { createCatalogue, type EditableCatalogue } from './catalogue.ts';
import { readSeeds, type SectorSeed } from './seeds.ts';
import { createTargets } from './targets.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

const open = (seeds: readonly SectorSeed[]): Promise<EditableCatalogue> =>
  createCatalogue({ database, seeds, hasUnit: (unitId) => unitId === 'office' });

const words = (text: string) => ({ vi: text, en: text });
const flow = (name: string) => ({ name: words(name), unit: words('m³'), kind: 'flow', cadence: { every: 'day' } });
const water = (change: object = {}): SectorSeed => {
  const seed = sectorSeedSchema.parse({
    key: 'nuoc',
    sector: { name: words('Cấp nước'), headline: 'nuoc.that_thoat', layout: ['nuoc.that_thoat', 'nuoc.san_xuat'] },
    indicators: {
      'nuoc.san_xuat': flow('Sản xuất'),
      'nuoc.mat': flow('Mất'),
      'nuoc.that_thoat': {
        ...flow('Thất thoát'),
        kind: 'ratio',
        formula: { numerator: [{ indicator: 'nuoc.mat' }], denominator: [{ indicator: 'nuoc.san_xuat' }] },
      },
      'nuoc.vo_ong': flow('Vỡ ống'),
    },
    eventTypes: [{ key: 'vo_ong', name: words('Vỡ ống') }],
    ...change,
  });
  return { ...seed, rules: [] };
};
/** As a later version of the program brings it. */
const later = (): SectorSeed => {
  const seed = water();
  const renamed: SectorSeed['indicators'] = { ...seed.indicators, 'nuoc.moi': indicatorInputSchema.parse(flow('Mới')) };
  for (const [code, indicator] of Object.entries(seed.indicators)) {
    renamed[code] = { ...indicator, name: words(`${indicator.name.vi}, mới`) };
  }
  return { ...seed, indicators: renamed };
};
const input = (catalogue: EditableCatalogue, code: string) => {
  const indicator = catalogue.indicator(code);
  if (indicator === undefined) throw new Error(`there is no ${code}`);
  return indicator;
};

const EMPTY = { headline: null, layout: [] };

describe('the catalogue', () => {
  it('holds the ten sectors in their order, with what is measured and what can happen', async () => {
    const catalogue = await open(await readSeeds());
    expect(catalogue.sectors().map(({ key }) => key)).toHaveLength(10);
    expect(catalogue.sector('y_te')).toMatchObject({ headline: 'y_te.cong_suat_giuong', version: 1 });
    expect(catalogue.sector('y_te')?.eventTypes.map(({ key }) => key)).toContain('o_dich');
    expect(catalogue.indicator('thu_tuc.dung_han')).toMatchObject({ sector: 'thu_tuc', kind: 'ratio' });
    expect(catalogue.identities('thu_tuc').map(({ key }) => key)).toEqual(['can_doi_ho_so', 'chia_ket_qua']);
  });

  it('takes what a later version of the program brings, but for what somebody has changed or removed', async () => {
    let catalogue = await open([water()]);
    const mine = input(catalogue, 'nuoc.san_xuat');
    await catalogue.putIndicator('nuoc.san_xuat', { ...mine, name: words('Sản lượng của tôi') });
    await catalogue.removeIndicator('nuoc.vo_ong');
    catalogue = await open([later()]);
    expect(catalogue.indicators().map(({ code, name }) => `${code}: ${name.vi}`)).toEqual([
      'nuoc.san_xuat: Sản lượng của tôi',
      'nuoc.mat: Mất, mới',
      'nuoc.that_thoat: Thất thoát, mới',
      'nuoc.moi: Mới',
    ]);
    expect(catalogue.indicator('nuoc.san_xuat')?.version).toBe(2);
  });

  it('is changed from its newest version, and tells which sector', async () => {
    const catalogue = await open([water()]);
    const told: string[] = [];
    catalogue.onChanged(({ sector }) => told.push(sector));
    const sector = catalogue.sector('nuoc');
    if (sector === undefined) throw new Error('there is no sector');
    const changed = await catalogue.updateSector('nuoc', { ...sector, owningUnitId: 'office', enabled: false });
    expect([changed.owningUnitId, changed.enabled, changed.version, changed.eventTypes.length]).toEqual([
      'office',
      false,
      2,
      1,
    ]);
    await expect(catalogue.updateSector('nuoc', sector)).rejects.toMatchObject({ code: 'edit.stale' });
    const nobody = catalogue.updateSector('nuoc', { ...changed, owningUnitId: 'nobody' });
    await expect(nobody).rejects.toMatchObject({ code: 'sector.unknownUnit' });
    const without = catalogue.updateSector('nuoc', { ...changed, eventTypes: [] });
    expect((await without).eventTypes).toEqual([]);
    expect(told).toEqual(['nuoc', 'nuoc']);
  });

  it('adds sectors and indicators of its own', async () => {
    const catalogue = await open([water()]);
    await catalogue.createSector({ ...water().sector, key: 'dien', name: words('Điện'), headline: null, layout: [] });
    const made = await catalogue.putIndicator('dien.mat_dien', indicatorInputSchema.parse(flow('Mất điện')));
    expect(made).toMatchObject({ code: 'dien.mat_dien', sector: 'dien', version: 1 });
    await expect(catalogue.createSector({ ...water().sector, key: 'nuoc' })).rejects.toMatchObject({
      code: 'sector.keyTaken',
    });
    await expect(catalogue.putIndicator('gas.gia', made)).rejects.toMatchObject({ code: 'sector.unknown' });
  });

  it('refuses what does not work out', async () => {
    const catalogue = await open([water()]);
    const ratio = input(catalogue, 'nuoc.that_thoat');
    const lost = { ...ratio, formula: { ...ratio.formula, numerator: [{ indicator: 'nuoc.gone', factor: 1 }] } };
    await expect(
      catalogue.putIndicator('nuoc.that_thoat', { ...lost, formula: { scale: 100, denominator: [], ...lost.formula } }),
    ).rejects.toMatchObject({ code: 'indicator.badFormula' });
    const part = input(catalogue, 'nuoc.mat');
    const monthly = { ...part, cadence: { ...part.cadence, every: 'month' as const } };
    await expect(catalogue.putIndicator('nuoc.mat', monthly)).rejects.toMatchObject({ code: 'indicator.breaksOthers' });
    await expect(catalogue.removeIndicator('nuoc.mat')).rejects.toMatchObject({ code: 'indicator.inUse' });
    await expect(catalogue.removeIndicator('nuoc.that_thoat')).rejects.toThrow(/nuoc/);
    catalogue.guardRemoval(async (_, code) => (code === 'nuoc.vo_ong' ? 'a rule' : null));
    await expect(catalogue.removeIndicator('nuoc.vo_ong')).rejects.toThrow(/a rule/);
  });

  it('removes a sector only while nothing is in it', async () => {
    const catalogue = await open([water()]);
    await expect(catalogue.removeSector('nuoc')).rejects.toMatchObject({ code: 'sector.inUse' });
    const name = { vi: 'Mới', en: 'New' };
    await catalogue.createSector({ ...{ key: 'moi', name, owningUnitId: null, position: 9, enabled: true }, ...EMPTY });
    catalogue.guardRemoval(async (kind) => (kind === 'sector' ? 'a feed' : null));
    await expect(catalogue.removeSector('moi')).rejects.toThrow(/a feed/);
    const again = await open([water()]);
    await again.removeSector('moi');
    expect(again.sector('moi')).toBeUndefined();
    expect((await open([water()])).sectors().map(({ key }) => key)).toEqual(['nuoc']);
  });

  it('brings an indicator back that was removed', async () => {
    const catalogue = await open([water()]);
    const old = await catalogue.removeIndicator('nuoc.vo_ong');
    expect(catalogue.indicator('nuoc.vo_ong')).toBeUndefined();
    expect((await catalogue.putIndicator('nuoc.vo_ong', old)).version).toBe(3);
  });
});

describe('targets', () => {
  const year = { periodStartMs: 0, periodEndMs: 100, course: 'linear' as const };

  it('are replaced for the areas that are named, one for each moment', async () => {
    const targets = createTargets(database, (code) => code !== 'nowhere');
    await targets.replace('nuoc.mat', [
      { ...year, areaCode: '91', value: 5 },
      { ...year, areaCode: '1', value: 6 },
    ]);
    const before = await targets.replace('nuoc.mat', [{ ...year, areaCode: '1', value: 7 }]);
    expect(before.map(({ value }) => value)).toEqual([6, 5]);
    expect((await targets.of('nuoc.mat')).map(({ areaCode, value }) => `${areaCode} ${value}`)).toEqual([
      '1 7',
      '91 5',
    ]);
    const twice = [year, { ...year, periodStartMs: 50, periodEndMs: 150 }].map((one) => ({
      ...one,
      areaCode: '1',
      value: 1,
    }));
    await expect(targets.replace('nuoc.mat', twice)).rejects.toMatchObject({ code: 'target.overlap' });
    const nowhere = targets.replace('nuoc.mat', [{ ...year, areaCode: 'nowhere', value: 1 }]);
    await expect(nowhere).rejects.toMatchObject({ code: 'target.unknownArea' });
  });

  it('change where they stand, and back, but not over somebody else', async () => {
    const targets = createTargets(database, () => true);
    const [old, next, month] = [
      { ...year, areaCode: '1', value: 5 },
      { ...year, areaCode: '1', value: 6 },
      // Within the year, as months are.
      { ...year, periodStartMs: 10, periodEndMs: 20, areaCode: '1', value: 1 },
    ];
    await targets.change('nuoc.vo_ong', { removed: [], added: [old, month] });
    expect(await targets.change('nuoc.vo_ong', { removed: [old], added: [next] })).toEqual([next, month]);
    const late = targets.change('nuoc.vo_ong', { removed: [old], added: [{ ...old, value: 7 }] });
    await expect(late).rejects.toMatchObject({ kind: 'conflict', code: 'target.stale' });
    const twice = targets.change('nuoc.vo_ong', { removed: [], added: [old] });
    await expect(twice).rejects.toMatchObject({ code: 'target.overlap' });
    expect(await targets.change('nuoc.vo_ong', { removed: [next, month], added: [] })).toEqual([]);
  });
});
