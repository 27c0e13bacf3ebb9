import type { Cell } from './raw-row.ts';

/** Numbers as people write them. `comma`: 1.234,5; `point`: 1,234.5. */
export type Decimal = 'comma' | 'point';

const SPACES = /[\s\u00a0\u202f']/g;
const PLAIN = /^[+-]?\d+$/;
/** One mark with three digits behind it: 1.234 is a thousand here and one there. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

/** What a cell says of the file's decimal mark; `ambiguous` where either may be meant. */
export function markOf(text: string): Decimal | 'ambiguous' | null {
  const number = text.replace(SPACES, '').replace(/%$/, '');
  if (!/^[+-]?[\d.,]*\d$/.test(number) || PLAIN.test(number)) return null;
  const [comma, point] = [number.lastIndexOf(','), number.lastIndexOf('.')];
  if (comma >= 0 && point >= 0) return comma > point ? 'comma' : 'point';
  const mark = comma >= 0 ? ',' : '.';
  // The same mark twice groups: 1.234.567 has no fraction.
  if (number.split(mark).length > 2) return mark === '.' ? 'comma' : 'point';
  if (AMBIGUOUS.test(number)) return 'ambiguous';
  return mark === ',' ? 'comma' : 'point';
}

/**
 * The decimal mark of a file, of all its cells with numbers together: `null` when none tells, `mixed` when they
 * contradict one another.
 */
export function decimalOf(cells: Iterable<string>): Decimal | 'mixed' | null {
  let found: Decimal | null = null;
  for (const cell of cells) {
    const mark = markOf(cell);
    if (mark === null || mark === 'ambiguous') continue;
    if (found !== null && found !== mark) return 'mixed';
    found = mark;
  }
  return found;
}

export type ReadNumber =
  | { readonly value: number; readonly comma: boolean }
  | { readonly fault: 'notANumber' | 'ambiguousNumber' };

/**
 * `decimal`: of the file, `null` where it is not known. `whole`: the indicator has no fractions, so that 1.234 can only be
 * a thousand. `comma` tells that something else than a point was read as one.
 */
export function readNumber(cell: Cell, decimal: Decimal | null, whole: boolean): ReadNumber {
  if (typeof cell === 'number') return Number.isFinite(cell) ? { value: cell, comma: false } : { fault: 'notANumber' };
  if (typeof cell !== 'string') return { fault: 'notANumber' };
  const text = cell.replace(SPACES, '').replace(/%$/, '');
  if (PLAIN.test(text)) return { value: Number(text), comma: false };
  // As programs write them.
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d{1,3}$/i.test(text)) return finite(Number(text), false);
  const mark = markOf(text);
  if (mark === null) return { fault: 'notANumber' };
  if (decimal === null && mark === 'ambiguous') {
    return whole ? finite(Number(text.replace(/[.,]/, '')), true) : { fault: 'ambiguousNumber' };
  }
  const used = decimal ?? (mark === 'ambiguous' ? 'point' : mark);
  const [group, point] = used === 'comma' ? ['.', ','] : [',', '.'];
  const [before = '', after, ...rest] = text.split(point);
  if (rest.length > 0 || after?.includes(group) === true) return { fault: 'notANumber' };
  const groups = before.replace(/^[+-]/, '').split(group);
  if (groups.length > 1 && !groups.every(groupIsRight)) return { fault: 'notANumber' };
  const digits = before.replaceAll(group, '');
  return finite(Number(`${digits}${after === undefined ? '' : `.${after}`}`), used === 'comma');
}

function groupIsRight(part: string, at: number): boolean {
  return at === 0 ? /^\d{1,3}$/.test(part) : /^\d{3}$/.test(part);
}

function finite(value: number, comma: boolean): ReadNumber {
  return Number.isFinite(value) ? { value, comma } : { fault: 'notANumber' };
}
