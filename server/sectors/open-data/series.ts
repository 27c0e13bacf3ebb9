import type { Every, FigureHistory, Indicator, Period } from '#contracts/sectors';
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

/**
 * All public values of an indicator in a range: of the province, and of each commune where it is delivered for communes.
 * A ratio counts as small by what it is divided by.
 */
export async function openSeries(
  indicator: Indicator,
  range: { readonly fromMs: number; readonly toMs: number },
  from: { history: ReadHistory; root: string; communes: readonly string[]; timeZone: string; signal?: AbortSignal },
): Promise<readonly OpenRow[]> {
  const { history, root, communes, timeZone, signal } = from;
  const parts = indicator.formula?.denominator ?? [];
  const areas = indicator.level === 'commune' ? communes : [];
  const read = (code: string, areaCode: string) => {
    // Of an answer that nobody waits for any longer the next area is not read.
    signal?.throwIfAborted();
    return history({ indicator: code, areaCode, ...range });
  };
  const total = await read(indicator.code, root);
  const values = new Map<string, ReadonlyMap<number, number | null>>();
  const counts = new Map<string, ReadonlyMap<number, number | null>>();
  for (const area of areas) {
    const own = byStart(await read(indicator.code, area));
    values.set(area, own);
    counts.set(area, parts.length === 0 ? own : await summed(parts, (code) => read(code, area)));
  }
  const write = timePeriod(total.every, timeZone);
  const freq = FREQUENCIES[total.every];
  return total.points.flatMap(({ startMs, value }) => {
    const { cells, totalWithheld } = suppressSmall(
      areas.map((areaCode) => ({
        areaCode,
        value: values.get(areaCode)?.get(startMs) ?? null,
        count: counts.get(areaCode)?.get(startMs) ?? null,
      })),
      indicator.smallestPublic,
      value !== null,
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

async function summed(
  terms: readonly { readonly indicator: string; readonly factor: number }[],
  read: (code: string) => Promise<FigureHistory>,
): Promise<ReadonlyMap<number, number | null>> {
  const sum = new Map<number, number | null>();
  for (const { indicator, factor } of terms) {
    for (const [startMs, value] of byStart(await read(indicator))) {
      const before = sum.get(startMs);
      sum.set(startMs, value === null || before === null ? null : (before ?? 0) + factor * value);
    }
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
