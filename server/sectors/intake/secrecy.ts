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
  // In a column for it, everything is secret that does not say that it is not.
  if (isSecrecyColumn(column)) return !OPEN.has(fold(text));
  return LEVELS.has(text.toLowerCase()) || STAMP.test(text);
}

export function isSecrecyColumn(column: string): boolean {
  return COLUMNS.has(fold(column.split('.').at(-1) ?? '').replace(/[_-]+/g, ' '));
}

/** Of a row whose cells nobody can tell apart: a level stands in it, or at least the name of a column for one. */
export function secrecyOfText(text: string): 'secret' | 'unknown' | null {
  const plain = text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const pieces = plain.split(/[;,\t|"'{}[\]:=<>\r\n]/).map((piece) => piece.trim());
  if (pieces.some((piece) => isSecret('', piece))) return 'secret';
  return pieces.some(isSecrecyColumn) ? 'unknown' : null;
}
