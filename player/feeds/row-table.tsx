import { useTranslation } from 'react-i18next';
import type { RowVerdict } from '#contracts/feeds';
import { type Column, DataTable } from '../ui/data-table.tsx';

/** Rows that were not taken just as they came: where, what was sent, and why, in words. */
export function RowTable({ rows }: { rows: readonly RowVerdict[] }) {
  const { t } = useTranslation('feeds');
  const columns: readonly Column<RowVerdict>[] = [
    {
      key: 'line',
      header: t('row.line'),
      role: 'title',
      sortBy: ({ row }) => row,
      cell: ({ row, line }) => (line === null ? t('row.number', { row }) : t('row.lineNumber', { line })),
    },
    {
      key: 'verdict',
      header: t('row.verdict'),
      sortBy: ({ verdict }) => verdict,
      cell: ({ verdict }) => (
        <b style={{ color: verdict === 'rejected' || verdict === 'quarantined' ? 'var(--tn-down)' : 'var(--tn-warn)' }}>
          {t(`verdicts.${verdict}`)}
        </b>
      ),
    },
    {
      key: 'why',
      header: t('row.why'),
      cell: ({ faults, repairs }) => (
        <>
          {faults.map((fault) => (
            <div key={`${fault.column} ${fault.code}`}>
              {fault.column !== null && <code>{fault.column}</code>} {fault.message}
            </div>
          ))}
          {repairs.length > 0 && (
            <div>{t('row.repaired', { what: repairs.map((repair) => t(`repairs.${repair}`)).join(', ') })}</div>
          )}
        </>
      ),
    },
    {
      key: 'sent',
      header: t('row.sent'),
      cell: ({ sent }) =>
        sent === null ? (
          <i>{t('row.hidden')}</i>
        ) : (
          <code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{sent}</code>
        ),
    },
  ];
  return <DataTable label={t('row.table')} columns={columns} rows={rows} rowKey={({ row }) => row} pageSize={100} />;
}
