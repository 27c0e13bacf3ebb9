/** Dates as people write them, turned into the one way in which our own interface has them. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

const NUMBERS = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?$/;
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T,]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?$/;

/** What a file's dates say of their order together; `null` when none tells. Where they contradict each other it is day first. */
export function dateOrderOf(cells: Iterable<string>): DateOrder | null {
  let found: DateOrder | null = null;
  let [numbers, monthFirst] = [false, false];
  for (const cell of cells) {
    const text = cell.trim();
    const [, first, second] = NUMBERS.exec(text) ?? [];
    if (first === undefined) {
      if (/^\d{4}-/.test(text)) found ??= 'ymd';
      continue;
    }
    numbers = true;
    // One slip must not turn all the others: it is rejected alone.
    if (Number(first) > 12) return 'dmy';
    if (Number(second) > 12) monthFirst = true;
  }
  if (monthFirst) return 'mdy';
  // Here people write the day first.
  return numbers ? 'dmy' : found;
}

/**
 * `26/11/2026`, `11/2026`, `Quý 4/2026` … as `2026-11-26`, `2026-11`, `2026-Q4`; what is written so already stays. `null`
 * for what is no date. `ordered`: day and month stood the other way round.
 */
export function isoDate(text: string, order: DateOrder): { iso: string; ordered: boolean } | null {
  const word = text.trim().replace(/\s+/g, ' ');
  if (/^\d{4}(-(Q[1-4]|W\d{2}|\d{2}(-\d{2})?))?$/i.test(word)) return { iso: word.toUpperCase(), ordered: false };
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(word)) return { iso: word, ordered: false };
  const yearFirst = YEAR_FIRST.exec(word);
  if (yearFirst !== null) {
    const [, year, month, day, hour, minute, second] = yearFirst;
    return build(year, month, day, { hour, minute, second }, false);
  }
  const numbers = NUMBERS.exec(word);
  if (numbers !== null) {
    const [, first, second, year, hour, minute, seconds] = numbers;
    const [day, month] = order === 'mdy' ? [second, first] : [first, second];
    return build(year, month, day, { hour, minute, second: seconds }, true);
  }
  const month =
    /^(?:tháng |thang |t)?(\d{1,2})[/.-](\d{4})$/i.exec(word) ?? /^(?:tháng|thang) (\d{1,2}) năm (\d{4})$/i.exec(word);
  if (month !== null && Number(month[1]) >= 1 && Number(month[1]) <= 12) {
    return { iso: `${month[2]}-${two(month[1])}`, ordered: true };
  }
  const quarter = /^(?:quý |quy |q)([1-4]|iv|i{1,3})[/. -]+(?:năm )?(\d{4})$/i.exec(word);
  if (quarter !== null) return { iso: `${quarter[2]}-Q${arabic(quarter[1] ?? '')}`, ordered: true };
  const year = /^(?:năm|nam) (\d{4})$/i.exec(word);
  return year === null ? null : { iso: year[1] ?? '', ordered: true };
}

function build(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: { hour: string | undefined; minute: string | undefined; second: string | undefined },
  ordered: boolean,
): { iso: string; ordered: boolean } | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const iso = `${year}-${two(month)}-${two(day)}`;
  if (time.hour === undefined) return { iso, ordered };
  return { iso: `${iso}T${two(time.hour)}:${time.minute}:${time.second ?? '00'}`, ordered };
}

function arabic(quarter: string): string {
  const at = ['i', 'ii', 'iii', 'iv'].indexOf(quarter.toLowerCase());
  return at < 0 ? quarter : String(at + 1);
}

function two(text: string | undefined): string {
  return String(text ?? '').padStart(2, '0');
}
