import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Fault, messageOf } from '#base/errors';
import { areaCodeSchema } from '#contracts/places';
import { readAreaName } from '../area-names.ts';
import type { EndedArea } from './map-plan.ts';

/** Districts and communes that are no more, and what they became: a list beside the map. */

const rowSchema = z.object({
  code: areaCodeSchema,
  /** With what it was: `Huyện Châu Phú`. */
  name: z.string().trim().min(1).max(200),
  /** The first day on which it was no more. */
  ended: z.iso.date().default('2025-07-01'),
  successors: z.array(areaCodeSchema).max(200),
});

/**
 * JSON, `[{"code": "889", "name": "Huyện Châu Phú", "ended": "2025-07-01", "successors": ["30463"]}]`, or CSV with these
 * columns and successors separated by spaces. `dayStartMs` says when a date begins. Throws `Fault` `invalid` that names
 * the row.
 */
export function readHistory(text: string, dayStartMs: (date: string) => number): readonly EndedArea[] {
  const plain = text.replace(/^\uFEFF/, '');
  const rows = plain.trimStart().startsWith('[') ? fromJson(plain) : fromCsv(plain);
  return rows.map((row, index): EndedArea => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) {
      const { path = [], message } = parsed.error.issues[0] ?? { message: '' };
      throw broken(`row ${index + 1}: ${path.join('.')}: ${message}`);
    }
    const { ended, ...area } = parsed.data;
    const kind = readAreaName(area.name).kind;
    if (kind === null || kind === 'province') {
      throw broken(`row ${index + 1}: the name says what it was, as «Huyện Châu Phú» or «Xã Bình Long»: ${area.name}`);
    }
    const level = kind === 'district' ? 'district' : 'commune';
    return { ...area, kind, level, endedMs: dayStartMs(ended) };
  });
}

function fromJson(text: string): readonly unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw broken(`this is no JSON list: ${messageOf(error)}`);
  }
}

function fromCsv(text: string): readonly unknown[] {
  try {
    const delimiter = [',', ';', '\t'];
    const read: unknown = parse(text, { columns: true, delimiter, trim: true, skip_empty_lines: true });
    const rows = z.array(z.record(z.string(), z.string())).parse(read);
    return rows.map(({ ended, successors = '', ...row }) => ({
      ...row,
      ...(ended === undefined || ended === '' ? {} : { ended }),
      successors: successors.split(/[\s|]+/).filter((code) => code !== ''),
    }));
  } catch (error) {
    throw broken(`this is no CSV with the columns code, name, ended, successors: ${messageOf(error)}`);
  }
}

function broken(message: string): Fault {
  return new Fault('invalid', 'map.history', `the list of areas that have ended: ${message}`);
}
