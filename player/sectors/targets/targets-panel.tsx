import { ActionIcon, Stack, Text } from '@mantine/core';
import { IconTarget, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Indicator, Target } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAreas } from '../../api/sector-queries.ts';
import { useSectorRights } from '../../api/use-sector-rights.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { matches } from '../../ui/fold.ts';
import { Loading } from '../../ui/loading.tsx';
import { useNow } from '../../ui/now.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { numberText, withUnit } from '../figure-words.ts';
import { useLocale, useWords } from '../texts.ts';
import { TargetForm } from './target-form.tsx';
import { draftOf } from './target-period.ts';
import classes from './targets.module.css';
import { useTargetChange } from './use-target-change.ts';

/** Rows from which on one looks for an area rather than reads. */
const MANY = 12;

/** What an indicator is to reach: by area and time, changed where it stands. */
export default function TargetsPanel({ indicator, areaCode }: { indicator: Indicator; areaCode: string }) {
  const { t } = useTranslation(['sectors', 'app']);
  const api = useApi();
  const words = useWords();
  const locale = useLocale();
  const may = useSectorRights();
  const now = useNow();
  const areas = useAreas();
  const [search, setSearch] = useState('');
  const targets = useQuery({
    queryKey: queryKeys.targets(indicator.code),
    queryFn: ({ signal }) => api.sectors.targets(indicator.code, signal),
  });
  const change = useTargetChange(indicator.code);
  if (targets.isError) return <ErrorNotice error={targets.error} retry={() => void targets.refetch()} />;
  if (targets.data === undefined) return <Loading />;
  const mayEdit = may('sector.manage', indicator.sector);
  const areaName = (code: string): string => areas.data?.find((area) => area.code === code)?.name ?? code;
  const rows = targets.data.filter((target) => matches(areaName(target.areaCode), search));
  const said = (what: 'added' | 'changed' | 'removed', target: Target): string =>
    t(`targets.${what}`, { area: areaName(target.areaCode) });
  const columns: readonly Column<Target>[] = [
    {
      key: 'area',
      header: t('area.label'),
      role: 'title',
      sortBy: (target) => areaName(target.areaCode),
      cell: (target) => areaName(target.areaCode),
    },
    {
      key: 'period',
      header: t('targets.period'),
      sortBy: ({ periodStartMs }) => periodStartMs,
      cell: (target) => (
        <span className={target.periodEndMs <= now ? classes.past : undefined}>
          <PeriodName target={target} />
        </span>
      ),
    },
    {
      key: 'value',
      header: t('targets.value'),
      numeric: true,
      sortBy: ({ value }) => value,
      cell: (target) =>
        mayEdit ? (
          <ValueCell
            target={target}
            indicator={indicator}
            label={t('targets.edit', { area: areaName(target.areaCode) })}
            onChange={(value) =>
              change.mutate({ removed: [target], added: [{ ...target, value }], said: said('changed', target) })
            }
          />
        ) : (
          withUnit(numberText(target.value, placesOf(target.value, indicator), locale), words(indicator.unit))
        ),
    },
    { key: 'course', header: t('targets.course'), cell: ({ course }) => t(`targets.courses.${course}`) },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (target) =>
        mayEdit && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t('app:common.remove')}: ${areaName(target.areaCode)}`}
            onClick={() => change.mutate({ removed: [target], added: [], said: said('removed', target) })}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        ),
    },
  ];
  return (
    <Stack gap="sm" data-targets={indicator.code}>
      <Text size="sm" c="dimmed">
        {t('targets.hint')}
      </Text>
      {mayEdit && (
        <TargetForm
          indicator={indicator}
          areaCode={areaCode}
          busy={change.isPending}
          onAdd={(target) => change.mutateAsync({ removed: [], added: [target], said: said('added', target) })}
        />
      )}
      {targets.data.length > MANY && <SearchField label={t('areas.search')} value={search} onChange={setSearch} />}
      {targets.data.length === 0 ? (
        <EmptyState icon={IconTarget} title={t('targets.none')}>
          {t(mayEdit ? 'targets.noneManage' : 'targets.noneOther')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('tabs.targets')}
          columns={columns}
          rows={rows}
          rowKey={(target) => `${target.areaCode} ${target.periodStartMs} ${target.periodEndMs}`}
          initialSort="area"
        />
      )}
    </Stack>
  );
}

function PeriodName({ target }: { target: Target }) {
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const { kind, year, quarter, month } = draftOf(target);
  if (kind === 'year') return t('targets.named.year', { year });
  if (kind === 'quarter') return t('targets.named.quarter', { quarter, year });
  if (kind === 'month') return t('targets.named.month', { month, year });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'short' });
  return `${day.format(target.periodStartMs)} – ${day.format(target.periodEndMs - 1)}`;
}

/** The value as it stands; a click or Enter opens it. */
function ValueCell(props: { target: Target; indicator: Indicator; label: string; onChange: (value: number) => void }) {
  const { target, indicator, label, onChange } = props;
  const words = useWords();
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const text = numberText(target.value, placesOf(target.value, indicator), locale);
  if (!open)
    return (
      <button type="button" className={classes.value} aria-label={`${label}: ${text}`} onClick={() => setOpen(true)}>
        {withUnit(text, words(indicator.unit))}
      </button>
    );
  return (
    <ValueField
      value={target.value}
      label={label}
      onEnd={(value) => {
        setOpen(false);
        if (value !== null && value !== target.value) onChange(value);
      }}
    />
  );
}

/** Enter, or leaving it, keeps what was typed; Escape does not. */
function ValueField(props: { value: number; label: string; onEnd: (value: number | null) => void }) {
  const [typed, setTyped] = useState<number | null>(props.value);
  // A field that goes away while it has the focus is left once more.
  const ended = useRef(false);
  function end(value: number | null): void {
    if (ended.current) return;
    ended.current = true;
    props.onEnd(value);
  }
  return (
    <NumberField
      size="xs"
      w="8rem"
      ml="auto"
      hideControls
      autoFocus
      aria-label={props.label}
      // Escape ends this, not the drawer around it.
      data-mantine-stop-propagation
      value={typed}
      onChange={setTyped}
      onBlur={() => end(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end(typed);
        if (event.key === 'Escape') end(null);
      }}
    />
  );
}

/** A target may be finer than its figures: 6.5 of whole numbers. */
function placesOf(value: number, { decimals }: Indicator): number {
  const own = (String(value).split('.')[1] ?? '').length;
  return Math.min(6, Math.max(decimals, own));
}
