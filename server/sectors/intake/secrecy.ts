import { fold } from '#base/fold';
import type { Cell } from './raw-row.ts';

/** State secrets (Law 29/2018) never enter: not the row, not its text, not even a sealed copy. */

const COLUMNS = new Set(['do mat', 'muc do mat', 'cap do mat', 'secrecy', 'secrecy level', 'security level', 'domat']);
const OPEN = new Set([
  '',
  '0',
  'khong',
  'khong mat',
  'thuong',
  'binh thuong',
  'none',
  'no',
  'public',
  'open',
  'false',
  '-',
]);
const LEVELS = new Set(['mật', 'tối mật', 'tuyệt mật', 'top secret', 'secret', 'confidential']);
/** As it is stamped on a document. */
const STAMP = /^\s*[[(]?(TUYỆT MẬT|TỐI MẬT|MẬT)[\])]?(?![\p{L}])/u;

export function isSecret(column: string, cell: Cell): boolean {
  if (cell === null) return false;
  const text = String(cell).normalize('NFC').trim();
  const name = fold(column.split('.').at(-1) ?? '').replace(/[_-]+/g, ' ');
  // In a column for it, everything is secret that does not say that it is not.
  if (COLUMNS.has(name)) return !OPEN.has(fold(text));
  return LEVELS.has(text.toLowerCase()) || STAMP.test(text);
}
