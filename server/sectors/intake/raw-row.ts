import type { RowFaultCode, RowRepair } from '#contracts/feeds';

/** What a delivery is before anybody knows what it means: rows of named cells. */

export type Cell = string | number | boolean | null;

export interface RawRow {
  /** 1 is the first. */
  readonly row: number;
  /** Of the file; `null` where there are no lines. */
  readonly line: number | null;
  /** By column, or by the path of the member, `data.count`. A map, so that `__proto__` is a name like any other. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** As it was sent. */
  readonly sent: string;
  /** Why it cannot be read at all. */
  readonly fault: RowFault | null;
}

export interface RowFault {
  /** Their name of the column. */
  readonly column: string | null;
  readonly code: RowFaultCode;
  /** What goes into the sentence: the word that is unknown, the range that it is out of. */
  readonly detail: string;
}

export interface Reading {
  readonly columns: readonly string[];
  readonly rows: readonly RawRow[];
  readonly encoding: string;
  readonly delimiter: string | null;
  /** What was put right of the whole of it. */
  readonly repairs: readonly RowRepair[];
  /** Columns beyond ours are no mistake: the format has its own. */
  readonly foreignColumns: boolean;
}

/** It cannot be read as a whole: nothing of it is taken. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly line: number | null;
  readonly detail: string;

  constructor(code: RefusalCode, detail = '', line: number | null = null) {
    super(`${code}: ${detail}`);
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.line = line;
  }
}
const REFUSALS = [
  'empty',
  'tooLarge',
  'tooManyRows',
  'tooManyColumns',
  'tooDeep',
  'lineTooLong',
  'quoteNotClosed',
  'notJson',
  'notRows',
  'notXml',
  'html',
  'entities',
  'notThisFormat',
  'unreadable',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface ReadLimits {
  readonly mostRows: number;
}
/** More columns than any table of ours has; a line with a million of them is an attack or no table. */
export const MOST_COLUMNS = 500;
export const MOST_LINE_CHARACTERS = 200_000;
export const MOST_DEPTH = 16;
