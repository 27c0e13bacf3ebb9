import { CSV_MARK, csvLine } from '#base/csv';
import type { BatchReport, BatchView, RowVerdict } from '#contracts/feeds';
import type { Language } from '#contracts/languages';
import type { StoredBatch, StoredRow } from './batch-store.ts';
import type { Delivered } from './intake.ts';
import { refusalMessage, rowMessage } from './words.ts';

/** How deliveries are shown, in the language of whoever looks. */

/** Rows that a report carries itself. */
const MOST_ROWS = 1000;

export function batchView(batch: StoredBatch, language: Language): BatchView {
  const { scores: _scores, skewMs: _skew, refused, ...view } = batch;
  return {
    ...view,
    refused:
      refused === null
        ? null
        : { code: refused.code, line: refused.line, message: refusalMessage(refused.code, refused.detail, language) },
  };
}

/** `open`: whoever looks may see what was set aside. */
export function rowView(row: StoredRow, language: Language, open: boolean): RowVerdict {
  return {
    row: row.row,
    line: row.line,
    verdict: row.verdict,
    faults: row.faults.map(({ column, code, detail }) => ({
      column,
      code,
      message: rowMessage(code, detail, language),
    })),
    repairs: row.repairs,
    sent: row.sent ?? (open ? row.sealed : null),
  };
}

export function reportOf(delivered: Delivered, language: Language): BatchReport {
  const { batch, dryRun, repeated, rows } = delivered;
  return {
    batch: batchView(batch, language),
    dryRun,
    repeated,
    // Even who may see it is shown it only where that is written down.
    rows: rows.slice(0, MOST_ROWS).map((row) => rowView(row, language, false)),
    scores: batch.scores,
  };
}

/** Rows that were not taken, as a table that a person corrects and sends again. */
export function errorTable(rows: readonly StoredRow[], language: Language): string {
  const vi = language === 'vi';
  const head = vi
    ? ['Dòng', 'Dòng trong tệp', 'Kết quả', 'Lý do', 'Đã gửi']
    : ['Row', 'Line', 'Verdict', 'Why', 'Sent'];
  const lines = rows.map((row) => {
    const { faults, sent } = rowView(row, language, false);
    const why = faults.map(({ column, message }) => (column === null ? message : `${column}: ${message}`)).join('; ');
    return [String(row.row), row.line === null ? '' : String(row.line), row.verdict, why, sent ?? ''];
  });
  return tableText([head, ...lines]);
}

/** With the semicolon that spreadsheets expect here. */
export function tableText(lines: readonly (readonly string[])[]): string {
  return `${CSV_MARK}${lines.map((fields) => csvLine(fields, ';')).join('')}`;
}
