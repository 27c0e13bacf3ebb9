import type { Every, FigureHistory, Indicator, Period, Terms } from '#contracts/sectors';
import { suppressSmall } from './suppress.ts';

/** Values of an indicator in an area and range. */
export type ReadHistory = (range: {
  readonly indicator: string;
  readonly areaCode: string;
  readonly fromMs: number;
  readonly toMs: number;
}) => Promise<FigureHistory>;

/** A row as SDMX-CSV has it: FREQ, OBS_STATUS and CONF_STATUS by the SDMX cross-domain code lists. */
export interface OpenRow {
  readonly freq: string;
  readonly area: string;
  readonly period: string;
  readonly value: number | null;
  /** `A` normal, `M` missing. */
  readonly status: 'A' | 'M';
  /** `F` free, `C` withheld because too few are counted. */
  readonly confidentiality: 'F' | 'C';
}

export const OPEN_COLUMNS = ['FREQ', 'INDICATOR', 'REF_AREA', 'TIME_PERIOD', 'OBS_VALUE', 'OBS_STATUS', 'CONF_STATUS'];

const FREQUENCIES: Readonly<Record<Every, string>> = {
  minute: 'I',
  fiveMinutes: 'I5',
  quarterHour: 'I15',
  hour: 'H',
  day: 'D',
  week: 'W',
  month: 'M',
  quarter: 'Q',
  year: 'A',
};

/** What is reckoned of small cells shows them: a ratio withholds as many as the strictest of its parts. */
export function smallestOf(
  { formula, smallestPublic }: Indicator,
  find: (code: string) => Indicator | undefined,
): Indicator['smallestPublic'] {
  const parts = formula === null ? [] : [...formula.numerator, ...formula.denominator];
  return Math.max(smallestPublic, ...parts.map(({ indicator }) => find(indicator)?.smallestPublic ?? 0));
}

/** By where a period begins. */
type Values = ReadonlyMap<number, number | null>;
interface Read {
  readonly every: Every;
  readonly total: Values;
  readonly byArea: ReadonlyMap<string, Values>;
}

/**
 * All public values of an indicator in a range: of the province, and of each commune where it is delivered for communes.
 * A ratio counts as small by the smaller of what is divided and what it is divided by, and tells nothing of a cell that
 * a public part of it withholds: part and ratio together would tell the other part.
 */
export async function openSeries(
  indicator: Indicator,
  range: { readonly fromMs: number; readonly toMs: number },
  from: {
    history: ReadHistory;
    root: string;
    communes: readonly string[];
    timeZone: string;
    /** Indicators that are public themselves. */
    published: (code: string) => Indicator | undefined;
    signal?: AbortSignal;
  },
): Promise<readonly OpenRow[]> {
  const { history, root, communes, timeZone, published, signal } = from;
  const { formula } = indicator;
  const areas = indicator.level === 'commune' ? communes : [];

  async function read(code: string): Promise<Read> {
    const one = (areaCode: string): Promise<FigureHistory> => {
      // Of an answer that nobody waits for any longer the next area is not read.
      signal?.throwIfAborted();
      return history({ indicator: code, areaCode, ...range });
    };
    const whole = await one(root);
    const byArea = new Map<string, Values>();
    for (const area of areas) byArea.set(area, byStart(await one(area)));
    return { every: whole.every, total: byStart(whole), byArea };
  }

  const own = await read(indicator.code);
  /** `smallest`: of one that is public itself. */
  const parts = new Map<string, Read & { readonly smallest: number | undefined }>();
  for (const { indicator: code } of [...(formula?.numerator ?? []), ...(formula?.denominator ?? [])]) {
    if (areas.length === 0 || parts.has(code)) continue;
    parts.set(code, { ...(await read(code)), smallest: published(code)?.smallestPublic });
  }

  function countOf(areaCode: string, startMs: number): number | null {
    if (formula === null) return own.byArea.get(areaCode)?.get(startMs) ?? null;
    const of = (terms: Terms) => sumOf(terms, (code) => parts.get(code)?.byArea.get(areaCode)?.get(startMs) ?? null);
    const counted = [of(formula.numerator), of(formula.denominator)].flatMap((sum) =>
      sum === null || sum <= 0 ? [] : [sum],
    );
    return counted.length === 0 ? null : Math.min(...counted);
  }

  /** What the public parts of a ratio withhold in a period. */
  function withheldBeside(startMs: number): { areas: ReadonlySet<string>; total: boolean } {
    const withheld = new Set<string>();
    let total = false;
    for (const { smallest, byArea, total: whole } of parts.values()) {
      if (smallest === undefined) continue;
      const values = areas.map((areaCode) => {
        const value = byArea.get(areaCode)?.get(startMs) ?? null;
        return { areaCode, value, count: value };
      });
      const { cells, totalWithheld } = suppressSmall(values, smallest, (whole.get(startMs) ?? null) !== null);
      for (const cell of cells) if (cell.withheld) withheld.add(cell.areaCode);
      total ||= totalWithheld;
    }
    return { areas: withheld, total };
  }

  const write = timePeriod(own.every, timeZone);
  const freq = FREQUENCIES[own.every];
  return [...own.total].flatMap(([startMs, value]) => {
    const { cells, totalWithheld } = suppressSmall(
      areas.map((areaCode) => ({
        areaCode,
        value: own.byArea.get(areaCode)?.get(startMs) ?? null,
        count: countOf(areaCode, startMs),
      })),
      indicator.smallestPublic,
      value !== null,
      withheldBeside(startMs),
    );
    const period = write(startMs);
    const whole = { areaCode: root, value: totalWithheld ? null : value, withheld: totalWithheld };
    return [whole, ...cells].map(
      (cell): OpenRow => ({
        ...{ freq, area: cell.areaCode, period, value: cell.value },
        status: cell.value === null && !cell.withheld ? 'M' : 'A',
        confidentiality: cell.withheld ? 'C' : 'F',
      }),
    );
  });
}

function byStart({ points }: FigureHistory): ReadonlyMap<number, number | null> {
  return new Map(points.map(({ startMs, value }) => [startMs, value]));
}

function sumOf(terms: Terms, read: (code: string) => number | null): number | null {
  let sum = 0;
  for (const { indicator, factor } of terms) {
    const value = read(indicator);
    if (value === null) return null;
    sum += factor * value;
  }
  return sum;
}

/** Writes the beginning of a period as SDMX has it: `2026`, `2026-Q4`, `2026-11`, `2026-W48`, `2026-11-26`, or a moment. */
export function timePeriod(every: Every, timeZone: string): (startMs: Period['startMs']) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  return (startMs) => {
    const parts = Object.fromEntries(format.formatToParts(startMs).map(({ type, value }) => [type, value]));
    const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
    switch (every) {
      case 'year':
        return year;
      case 'quarter':
        return `${year}-Q${Math.ceil(Number(month) / 3)}`;
      case 'month':
        return `${year}-${month}`;
      case 'week':
        return isoWeek(Number(year), Number(month), Number(day));
      case 'day':
        return `${year}-${month}-${day}`;
      default:
        return `${year}-${month}-${day}T${hour}:${minute}:00`;
    }
  };
}

/** ISO 8601: the week belongs to the year of its Thursday. */
function isoWeek(year: number, month: number, day: number): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 4);
  const week =
    1 + Math.round(((date.getTime() - first) / 86_400_000 - 3 + ((new Date(first).getUTCDay() + 6) % 7)) / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
