import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type Key, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What rows are ordered by when this column is chosen; numbers by size, text by the language's order. */
  readonly sortBy?: (row: Row) => number | string;
  /** On a phone a row is a card: its `title` stands first and alone, `actions` last, the rest with their names. */
  readonly role?: 'title' | 'actions';
  readonly numeric?: boolean;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => Key;
  readonly initialSort?: string;
  /** Rows shown before somebody asks for more. */
  readonly pageSize?: number;
}

/** Thousands of cameras at once would slow the page down. */
const PAGE = 200;

/** A table that can be ordered by its headers; on a phone each row becomes a card. */
export function DataTable<Row>({ label, columns, rows, rowKey, initialSort, pageSize = PAGE }: DataTableProps<Row>) {
  const { t, i18n } = useTranslation('app');
  const [sort, setSort] = useState({ key: initialSort ?? '', descending: false });
  const [limit, setLimit] = useState(pageSize);
  const sorted = useMemo(() => {
    const by = columns.find((column) => column.key === sort.key)?.sortBy;
    return by === undefined ? rows : ordered(rows, by, sort.descending, i18n.language);
  }, [rows, columns, sort, i18n.language]);

  function choose(key: string): void {
    setSort((now) => ({ key, descending: now.key === key && !now.descending }));
  }

  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-role={column.role}
                data-numeric={column.numeric}
                aria-sort={column.key === sort.key ? (sort.descending ? 'descending' : 'ascending') : undefined}
              >
                <Header column={column} sort={sort} choose={choose} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, limit).map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} data-label={column.header} data-role={column.role} data-numeric={column.numeric}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > limit && (
        <UnstyledButton className={classes.more} onClick={() => setLimit((now) => now + pageSize)}>
          {t('common.moreOf', { shown: limit, count: sorted.length })}
        </UnstyledButton>
      )}
    </div>
  );
}

function Header<Row>(props: {
  column: Column<Row>;
  sort: { key: string; descending: boolean };
  choose: (key: string) => void;
}) {
  const { column, sort, choose } = props;
  if (column.sortBy === undefined) return column.header;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <button type="button" className={classes.sort} onClick={() => choose(column.key)}>
      {column.header}
      <Arrow size={14} aria-hidden style={{ visibility: sort.key === column.key ? 'visible' : 'hidden' }} />
    </button>
  );
}

/** A new array in order; equal rows keep their places. */
export function ordered<Row>(
  rows: readonly Row[],
  by: (row: Row) => number | string,
  descending: boolean,
  language: string,
): Row[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = by(a);
    const right = by(b);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * collator.compare(String(left), String(right));
  });
}
