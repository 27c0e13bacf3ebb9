import type { Cell } from './raw-row.ts';

/**
 * Finds what names a person in rows that should hold only counts: it is set aside before anybody reads it (Law
 * 91/2025: collect no more than is needed). Rather one row too many than one too few.
 */
export type PersonalKind = 'citizenId' | 'phone' | 'plate' | 'email';

/** 12 digits that begin with a province's code (Circular 07/2016/TT-BCA); grouped as people write them. */
const CITIZEN_ID = /(?<![\d.,])0(?:0[1-9]|[1-8]\d|9[0-6])(?:[ .-]?\d{3}){3}(?![\d])/;
const PHONE = /(?<![\d.,])(?:\+?84|0)[ .-]?(?:[35789]\d|2\d{1,2})(?:[ .-]?\d){7}(?!\d)/;
/** Cars `67A-123.45`, motorcycles `67-H1 234.56`, older ones with four digits. */
const PLATE = /(?<![\p{L}\d])[1-9]\d[ -]?[A-Z](?:[A-Z]|[ -]?\d)?[ .-]{0,2}(?:\d{3}\.?\d{2}|\d{4})(?![\p{L}\d])/u;
const EMAIL = /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+/u;

/**
 * `inText`: what people write about an event: the telephone of an office may stand in it, a person's number or plate may
 * not.
 */
export function personalData(cell: Cell, inText: boolean): PersonalKind | null {
  if (cell === null || typeof cell === 'boolean') return null;
  const text = String(cell);
  if (text.length < 6) return null;
  if (CITIZEN_ID.test(text)) return 'citizenId';
  if (PLATE.test(text)) return 'plate';
  if (inText) return null;
  if (PHONE.test(text)) return 'phone';
  return EMAIL.test(text) ? 'email' : null;
}
