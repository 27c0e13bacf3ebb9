import { ActionIcon, Button, Group, Stack, Table, Text, TextInput, Tooltip } from '@mantine/core';
import { IconCircleOff, IconTableOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ClipboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FeedGrid, FeedView } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators } from '../api/sector-queries.ts';
import { useUnsaved } from '../app/leave-guard-provider.tsx';
import { numberText } from '../sectors/figure-words.ts';
import { useLocale, useWords } from '../sectors/texts.ts';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { CountsText } from './counts-text.tsx';
import classes from './feeds.module.css';
import { cellKey, changesOf, pasted, type Typed, type TypedCells } from './grid.ts';
import { RowTable } from './row-table.tsx';

/** For units without a system: every value that is due, to be typed or pasted, or said not to have occurred. */
export function FeedGridForm({ feed }: { feed: FeedView }) {
  const { t, i18n } = useTranslation(['feeds', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<TypedCells>(new Map());
  const grid = useQuery({
    queryKey: queryKeys.feedGrid(feed.id),
    queryFn: ({ signal }) => api.feeds.grid(feed.id, {}, signal),
  });
  const { changes, wrong } = useMemo(
    () =>
      grid.data === undefined ? { changes: [], wrong: new Set<string>() } : changesOf(grid.data, typed, i18n.language),
    [grid.data, typed, i18n.language],
  );
  const save = useMutation({
    mutationFn: () => api.feeds.saveGrid(feed.id, { cells: [...changes] }),
    async onSuccess() {
      setTyped(new Map());
      await queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
    },
  });
  useUnsaved(typed.size > 0);
  if (grid.isError) return <ErrorNotice error={grid.error} retry={() => void grid.refetch()} />;
  if (grid.data === undefined) return <Loading />;
  if (grid.data.columns.length === 0 || grid.data.rows.length === 0)
    return (
      <EmptyState icon={IconTableOff} title={t('grid.empty')}>
        {t('grid.emptyHint')}
      </EmptyState>
    );
  const open = grid.data.rows.flatMap(({ areaCode, cells }) =>
    cells.flatMap((cell, column) => {
      const key = cellKey(areaCode, column);
      return cell !== null && !cell.known && !typed.has(key) ? [key] : [];
    }),
  );
  const put = (key: string, entry: Typed | null): void =>
    setTyped((now) => {
      const next = new Map(now);
      if (entry === null) next.delete(key);
      else next.set(key, entry);
      return next;
    });
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('grid.hint')}</Text>
      <GridTable grid={grid.data} typed={typed} wrong={wrong} put={put} paste={setTyped} />
      {wrong.size > 0 && <Notice kind="warn" title={t('grid.wrong', { count: wrong.size })} />}
      {save.isError && <ErrorNotice error={save.error} />}
      {save.data !== undefined && typed.size === 0 && (
        <Notice kind={save.data.batch.counts.rejected > 0 ? 'warn' : 'good'} title={t('grid.saved')}>
          <CountsText counts={save.data.batch.counts} />
          {save.data.rows.length > 0 && <RowTable rows={save.data.rows} />}
        </Notice>
      )}
      <Group justify="flex-end" className={classes.gridFoot}>
        <Button
          variant="default"
          disabled={open.length === 0}
          onClick={() =>
            setTyped((now) => new Map([...now, ...open.map((key) => [key, { text: '', nothing: true }] as const)]))
          }
        >
          {t('grid.restNothing', { count: open.length })}
        </Button>
        <Button
          disabled={changes.length === 0 || wrong.size > 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('grid.save', { count: changes.length })}
        </Button>
      </Group>
    </Stack>
  );
}

function GridTable(props: {
  grid: FeedGrid;
  typed: TypedCells;
  wrong: ReadonlySet<string>;
  put: (key: string, entry: Typed | null) => void;
  paste: (cells: TypedCells) => void;
}) {
  const { grid, typed, wrong, put, paste } = props;
  const { t } = useTranslation('feeds');
  const words = useWords();
  const locale = useLocale();
  const dates = useDates();
  const areas = useAreas();
  const indicators = useIndicators();
  const names = useMemo(() => new Map(areas.data?.map(({ code, name }) => [code, name])), [areas.data]);
  const known = useMemo(
    () => new Map(indicators.data?.map((indicator) => [indicator.code, indicator])),
    [indicators.data],
  );
  const nameOf = (code: string): string => {
    const indicator = known.get(code);
    return indicator === undefined ? code : words(indicator.name);
  };
  function onPaste(event: ClipboardEvent, areaCode: string, column: number): void {
    const text = event.clipboardData.getData('text/plain');
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    paste(pasted(grid, typed, { areaCode, column }, text));
  }
  return (
    <Table.ScrollContainer minWidth={200 + grid.columns.length * 160} maxHeight="60dvh">
      <Table stickyHeader className={classes.grid} aria-label={t('tabs.grid')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('grid.area')}</Table.Th>
            {grid.columns.map((column) => (
              <Table.Th key={column.indicator}>
                <div>{nameOf(column.indicator)}</div>
                <small className={classes.dim}>
                  {dates.full(column.periodStartMs)} · {t('grid.due', { time: dates.full(column.dueMs) })}
                </small>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grid.rows.map(({ areaCode, cells }) => (
            <Table.Tr key={areaCode}>
              <Table.Th scope="row">{names.get(areaCode) ?? areaCode}</Table.Th>
              {cells.map((cell, column) => {
                const key = cellKey(areaCode, column);
                const name = nameOf(grid.columns[column]?.indicator ?? '');
                if (cell === null)
                  return <Table.Td key={key} className={classes.notAsked} aria-label={t('grid.notAsked')} />;
                const entry = typed.get(key);
                const nothing = entry?.nothing ?? (entry === undefined && cell.reason === 'nothing');
                const held =
                  cell.value === null
                    ? ''
                    : numberText(cell.value, known.get(grid.columns[column]?.indicator ?? '')?.decimals ?? 0, locale);
                return (
                  <Table.Td key={key} data-known={cell.known && entry === undefined} data-changed={entry !== undefined}>
                    <Group gap={2} wrap="nowrap">
                      <TextInput
                        size="xs"
                        inputMode="decimal"
                        aria-label={`${name}, ${names.get(areaCode) ?? areaCode}`}
                        placeholder={nothing ? t('grid.nothing') : ''}
                        error={wrong.has(key)}
                        value={entry?.text ?? held}
                        onPaste={(event) => onPaste(event, areaCode, column)}
                        onChange={(event) =>
                          put(
                            key,
                            event.currentTarget.value === held
                              ? null
                              : { text: event.currentTarget.value, nothing: false },
                          )
                        }
                      />
                      <Tooltip label={t('grid.nothing')}>
                        <ActionIcon
                          size="sm"
                          variant={nothing ? 'light' : 'subtle'}
                          color="gray"
                          aria-label={`${t('grid.nothing')}: ${name}, ${names.get(areaCode) ?? areaCode}`}
                          aria-pressed={nothing}
                          onClick={() => put(key, entry?.nothing === true ? null : { text: '', nothing: true })}
                        >
                          <IconCircleOff size={14} aria-hidden />
                        </ActionIcon>
                      </Tooltip>
                    </Group>
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
