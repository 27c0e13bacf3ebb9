import { CSV_MARK, csvLine } from '#base/csv';
import { type Grade, gradeOf, type LeagueRow, QUALITIES, type Scores } from '#contracts/quality';

const GRADES: readonly Grade[] = ['red', 'amber', 'green', 'none'];

/** The worst of the four; nothing counted is no grade. */
export function worstGrade(scores: Scores): Grade {
  const grades = QUALITIES.map((quality) => gradeOf(quality, scores[quality]));
  return GRADES.find((grade) => grades.includes(grade)) ?? 'none';
}

/** Which has the worse worst score; where they are the same, the worse second worst, and so on. */
function compareWorst(one: Scores, other: Scores): number {
  const ratios = (scores: Scores): number[] =>
    QUALITIES.map((quality) => scores[quality])
      .map(({ a, b }) => (b === 0 ? 1 : a / b))
      .sort((a, b) => a - b);
  const [a, b] = [ratios(one), ratios(other)];
  return a.map((ratio, at) => ratio - (b[at] ?? 1)).find((difference) => difference !== 0) ?? 0;
}

/** The worst first; those of whom nothing was counted last. */
export function ranked(rows: readonly LeagueRow[]): LeagueRow[] {
  return [...rows].sort(
    (a, b) =>
      GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) ||
      compareWorst(a.scores, b.scores) ||
      a.unitName.localeCompare(b.unitName, 'vi'),
  );
}

export function addScores(a: Scores, b: Scores): Scores {
  const sum = (quality: keyof Scores) => ({ a: a[quality].a + b[quality].a, b: a[quality].b + b[quality].b });
  return { correct: sum('correct'), complete: sum('complete'), clean: sum('clean'), live: sum('live') };
}

const HEADS = {
  vi: { unit: 'Đơn vị', sectors: 'Lĩnh vực', correct: 'Đúng', complete: 'Đủ', clean: 'Sạch', live: 'Sống' },
  en: { unit: 'Unit', sectors: 'Sectors', correct: 'Correct', complete: 'Complete', clean: 'Clean', live: 'Live' },
} as const;

/** As a file for spreadsheets: each score with what was counted, so that whoever is ranked can reckon it again. */
export function leagueFile(
  rows: readonly LeagueRow[],
  language: 'vi' | 'en',
  nameOf: (sector: string) => string,
): string {
  const heads = HEADS[language];
  const first = [
    ...[heads.unit, heads.sectors],
    ...QUALITIES.flatMap((quality) => [heads[quality], `${heads[quality]} A`, `${heads[quality]} B`]),
  ];
  const lines = rows.map(({ unitName, sectors, scores }) => [
    unitName,
    sectors.map(nameOf).join('; '),
    ...QUALITIES.flatMap((quality) => {
      const { a, b } = scores[quality];
      return [b === 0 ? '' : (a / b).toFixed(4), Math.round(a), Math.round(b)];
    }),
  ]);
  return `${CSV_MARK}${[first, ...lines].map((line) => csvLine(line)).join('')}`;
}
