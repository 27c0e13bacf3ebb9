/**
 * Text for searching: lower case and without the marks of Vietnamese, so that "an giang" finds "An Giang" and "duong"
 * finds "Đường". The letter đ is no d with a mark in Unicode, it has to be named.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}
