import { fold } from '#base/fold';
import type { AreaKind, AreaLevel } from '#contracts/places';

/** What stands before the name of an area in Vietnam, in full or short, and what it says. Text is folded. */
interface Title {
  readonly words: readonly string[];
  readonly kind: AreaKind;
  /** What an area with this title may be: cities were districts, and some are provinces. */
  readonly levels: readonly AreaLevel[];
}

const TITLES: readonly Title[] = [
  { words: ['thi tran', 'tt', 'town'], kind: 'commune', levels: ['commune'] },
  { words: ['thi xa', 'tx'], kind: 'district', levels: ['district'] },
  { words: ['thanh pho', 'tp', 'city'], kind: 'district', levels: ['district', 'province'] },
  { words: ['dac khu', 'dk', 'special zone'], kind: 'specialZone', levels: ['commune'] },
  { words: ['phuong', 'p', 'ward'], kind: 'ward', levels: ['commune'] },
  { words: ['xa', 'x', 'commune'], kind: 'commune', levels: ['commune'] },
  { words: ['huyen', 'h', 'district'], kind: 'district', levels: ['district'] },
  { words: ['quan', 'q'], kind: 'district', levels: ['district'] },
  { words: ['tinh', 'province'], kind: 'province', levels: ['province'] },
];

export interface AreaName {
  /** Folded, its title in full: `phuong long xuyen`. */
  readonly full: string;
  /** Without the title: `long xuyen`. */
  readonly bare: string;
  readonly kind: AreaKind | null;
  /** `null` where it has no title. */
  readonly levels: readonly AreaLevel[] | null;
}

/** Reads `P. Long Xuyên`, `phuong LONG XUYEN` and `Long Xuyen Ward` as the same. */
export function readAreaName(word: string): AreaName {
  const text = fold(fold(word).replace(/[.,;:'’"()/_-]+/g, ' '));
  for (const { words, kind, levels } of TITLES) {
    const [canonical = ''] = words;
    for (const title of words) {
      const bare = text.startsWith(`${title} `)
        ? text.slice(title.length + 1)
        : title.length > 2 && text.endsWith(` ${title}`)
          ? text.slice(0, -title.length - 1)
          : '';
      if (bare !== '') return { full: `${canonical} ${bare}`, bare, kind, levels };
    }
  }
  return { full: text, bare: text, kind: null, levels: null };
}
