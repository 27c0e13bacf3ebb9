import type { Words } from '#contracts/places';
import type { ThresholdRule } from './threshold.ts';

/** What rules say of what they found, in both languages; numbers as each of them writes them. */

const LOCALES = { vi: 'vi-VN', en: 'en-GB' } as const;
type Lang = keyof typeof LOCALES;

function inBoth(make: (language: Lang, number: (value: number, decimals: number) => string) => string): Words {
  const say = (language: Lang): string =>
    make(language, (value, decimals) =>
      new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: decimals }).format(value),
    );
  return { vi: say('vi').slice(0, 300), en: say('en').slice(0, 300) };
}

const BASES: Readonly<Record<ThresholdRule['basis'], Words | null>> = {
  value: null,
  target: { vi: 'so với mục tiêu', en: 'against the target' },
  plan: { vi: 'so với kế hoạch', en: 'against the plan' },
  weekday: { vi: 'so với cùng thứ các tuần trước', en: 'against the same weekdays' },
  year: { vi: 'so với cùng kỳ năm trước', en: 'against the year before' },
  median: { vi: 'lần trung vị', en: 'times the median' },
  sigma: { vi: 'độ lệch chuẩn trên mức thường', en: 'standard deviations above the usual' },
};

export function thresholdTitle(about: {
  rule: ThresholdRule;
  /** `null`: it is not for everybody, and neither is how far off it is. */
  value: number | null;
  measure: number;
  unit: Words;
  decimals: number;
  areaName: string | null;
}): Words {
  const { rule, value, measure, unit, decimals, areaName } = about;
  const basis = BASES[rule.basis];
  return inBoth((language, number) => {
    const about = `${rule.name[language]}${areaName === null ? '' : ` – ${areaName}`}`;
    if (value === null) return about;
    const figure = `${number(value, decimals)} ${unit[language]}`;
    const percent = rule.basis === 'weekday' || rule.basis === 'year' ? '%' : '';
    const sign = measure > 0 && rule.basis !== 'median' && rule.basis !== 'sigma' ? '+' : '';
    const held = basis === null ? '' : ` (${sign}${number(measure, 1)}${percent} ${basis[language]})`;
    return `${about}: ${figure}${held}`;
  });
}

/** `further`: besides units that are told of by themselves. */
export function silenceTitle(name: Words, unitNames: readonly string[], further: boolean): Words {
  const [only, ...others] = unitNames;
  return inBoth((language) => {
    if (only === undefined) return name[language];
    if (others.length === 0) {
      return language === 'vi' ? `Mất dữ liệu: ${only} – ${name.vi}` : `Data lost: ${only} – ${name.en}`;
    }
    return language === 'vi'
      ? `Mất dữ liệu: ${further ? 'thêm ' : ''}${unitNames.length} đơn vị – ${name.vi}`
      : `Data lost: ${unitNames.length} ${further ? 'more ' : ''}units – ${name.en}`;
  });
}

export function revisionsTitle(name: Words, count: number): Words {
  return inBoth((language) =>
    language === 'vi' ? `Điều chỉnh ${count} số liệu: ${name.vi}` : `${count} figures revised: ${name.en}`,
  );
}

/** `shown`: the values themselves, where they are for everybody. */
export function revisionTitle(about: {
  indicator: { readonly name: Words; readonly unit: Words; readonly decimals: number };
  period: string;
  areaName: string | null;
  percent: number;
  shown: { readonly before: number | null; readonly now: number | null } | null;
}): Words {
  const { indicator, period, areaName, percent, shown } = about;
  return inBoth((language, number) => {
    const what = `${indicator.name[language]} (${period})${areaName === null ? '' : ` – ${areaName}`}`;
    const head = language === 'vi' ? `Điều chỉnh số liệu: ${what}` : `Revised: ${what}`;
    if (shown === null || shown.before === null || shown.now === null) return head;
    const unit = indicator.unit[language];
    const by = Number.isFinite(percent) ? ` (${percent > 0 ? '+' : ''}${number(percent, 1)}%)` : '';
    return `${head}: ${number(shown.before, indicator.decimals)} → ${number(shown.now, indicator.decimals)} ${unit}${by}`;
  });
}

export function clusterTitle(name: Words, count: number): Words {
  return inBoth((language) => (language === 'vi' ? `${name.vi}: ${count} sự kiện` : `${name.en}: ${count} events`));
}
