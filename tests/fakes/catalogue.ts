import { type Indicator, type IndicatorInput, indicatorInputSchema, type SectorView } from '#contracts/sectors';
import type { Catalogue } from '../../server/sectors/interfaces.ts';

type Draft = Partial<IndicatorInput> & Pick<IndicatorInput, 'kind'>;

export interface CatalogueFake extends Catalogue {
  put(code: string, draft: Draft): Indicator;
  changed(sector: string): void;
}

/** Indicators by code, daily and of communes where nothing else is said; their sectors come of the codes. */
export function createCatalogue(
  drafts: Readonly<Record<string, Draft>>,
  headlines: readonly string[] = [],
): CatalogueFake {
  const indicators = new Map<string, Indicator>();
  const listeners = new Set<(change: { sector: string }) => void>();

  function put(code: string, draft: Draft): Indicator {
    const words = { vi: code, en: code };
    const input = indicatorInputSchema.parse({ name: words, unit: words, cadence: { every: 'day' }, ...draft });
    const indicator = { ...input, code, sector: code.slice(0, code.indexOf('.')) };
    indicators.set(code, indicator);
    return indicator;
  }
  for (const [code, draft] of Object.entries(drafts)) put(code, draft);

  function sectors(): SectorView[] {
    return [...new Set([...indicators.values()].map(({ sector }) => sector))].map((key, position) => ({
      ...{ key, position, name: { vi: key, en: key }, owningUnitId: null, enabled: true, layout: [], eventTypes: [] },
      headline: headlines.find((code) => code.startsWith(`${key}.`)) ?? null,
    }));
  }

  return {
    put,
    sectors,
    sector: (key) => sectors().find((one) => one.key === key),
    indicators: () => [...indicators.values()],
    indicator: (code) => indicators.get(code),
    identities: () => [],
    isRestricted: ({ indicator }) => indicators.get(indicator ?? '')?.confidentiality === 'restricted',
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed(sector) {
      for (const listener of listeners) listener({ sector });
    },
  };
}

/** A ratio of sums, in percent. */
export function ratioOf(numerator: readonly string[], denominator: readonly string[]): Draft {
  const terms = (codes: readonly string[]) => codes.map((indicator) => ({ indicator, factor: 1 }));
  return { kind: 'ratio', formula: { numerator: terms(numerator), denominator: terms(denominator), scale: 100 } };
}
