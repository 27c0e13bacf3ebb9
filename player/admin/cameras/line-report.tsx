import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ImportLine } from '#contracts/http';
import { useFieldWords } from '../../api/use-field-error.ts';
import { cameraLink } from '../../app/links.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import classes from '../toolbar.module.css';

/** What became, or would become, of each line. */
export function LineReport({ lines }: { lines: readonly ImportLine[] }) {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const columns: readonly Column<ImportLine>[] = [
    { key: 'line', header: t('report.line'), numeric: true, sortBy: ({ line }) => line, cell: ({ line }) => line },
    {
      key: 'name',
      header: t('cameras.name'),
      role: 'title',
      cell: ({ name, cameraId }) =>
        cameraId === null ? (
          name
        ) : (
          <Link href={cameraLink(cameraId)} className={classes.link}>
            {name}
          </Link>
        ),
    },
    {
      key: 'ok',
      header: t('report.result'),
      sortBy: ({ ok }) => (ok ? 1 : 0),
      cell: ({ ok }) =>
        ok ? (
          <IconCheck size={18} color="var(--tn-live)" role="img" aria-label={t('report.good')} />
        ) : (
          <IconX size={18} color="var(--tn-down)" role="img" aria-label={t('report.bad')} />
        ),
    },
    {
      key: 'faults',
      header: t('report.why'),
      cell: ({ faults }) =>
        faults.map((fault) => (
          <div key={`${fault.path} ${fault.code}`}>
            {fault.path !== '' && <code>{fault.path}</code>} {words(fault)}
          </div>
        )),
    },
  ];
  return (
    <DataTable label={t('report.title')} columns={columns} rows={lines} rowKey={({ line }) => line} initialSort="ok" />
  );
}
