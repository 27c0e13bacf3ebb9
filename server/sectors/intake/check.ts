import type { FeedInput, RowRepair } from '#contracts/feeds';
import type { Catalogue, Places } from '../interfaces.ts';
import type { DateOrder } from './dates.ts';
import type { MappedCell } from './mapping.ts';
import type { Decimal } from './numbers.ts';
import type { RowFault } from './raw-row.ts';

/** What rows are held against. */
export interface CheckContext {
  readonly nowMs: number;
  readonly feed: Pick<FeedInput, 'sector' | 'ownerUnitId' | 'obliged' | 'carries' | 'format' | 'way'>;
  readonly catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  readonly places: Places;
  /** May whoever sends it answer for this unit? */
  readonly mayUnit: (unitId: string) => boolean;
  /** Of the file; `null` where its cells do not tell. */
  readonly decimal: Decimal | null;
  readonly dates: DateOrder;
  /** Somebody said so beforehand: then it is no repair. */
  readonly agreed: { readonly decimal: boolean; readonly dates: boolean };
}

/** ms that a sender's clock may be ahead. */
export const CLOCK_AHEAD_MS = 300_000;

/** Gathers what is wrong and what was put right, of one row. */
export interface Notes {
  readonly faults: RowFault[];
  readonly repairs: Set<RowRepair>;
}

export function blame(notes: Notes, cell: MappedCell | undefined, code: RowFault['code'], detail = ''): undefined {
  notes.faults.push({ column: cell?.column ?? null, code, detail: detail.slice(0, 200) });
  return undefined;
}

export function textOf(cell: MappedCell | undefined): string {
  return cell === undefined || cell.cell === null ? '' : String(cell.cell);
}

/** The code of the area that a row names. */
export function areaOf(
  context: Pick<CheckContext, 'places'>,
  notes: Notes,
  cell: MappedCell | undefined,
  atMs: number,
): string | undefined {
  const word = textOf(cell);
  const found = context.places.resolveArea(word, atMs);
  if ('fault' in found) return blame(notes, cell, found.fault, word);
  if (found.old) notes.repairs.add('oldArea');
  return found.code;
}
