import { Button, Chip, Group, SegmentedControl, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconFilterOff, IconGavel, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearch } from 'wouter';
import type { DirectiveView } from '#contracts/directives';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { type DirectiveFilter, NO_FILTER, useDirectives, useUnits } from '../api/sector-queries.ts';
import { DIRECTIVES_PATH, directiveLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { PHONE_MAX_WIDTH } from '../app/theme.ts';
import { useSectorTexts } from '../sectors/texts.ts';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useNow } from '../ui/now.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { DirectiveDetail } from './directive-detail.tsx';
import { DirectiveDialog } from './directive-dialog.tsx';
import classes from './directives.module.css';

const STATES = ['open', 'over'] as const;

/** What leaders asked for: who owes an answer until when, and what was answered. */
export default function DirectivesPage() {
  useSectorTexts();
  const { t } = useTranslation(['sectors', 'app']);
  const { can } = useSession();
  const api = useApi();
  const [, navigate] = useLocation();
  const phone = useMediaQuery(`(max-width: ${PHONE_MAX_WIDTH}px)`, false, { getInitialValueInEffect: false });
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const [giving, setGiving] = useState(false);
  const [filter, setFilter] = useState(NO_FILTER);
  const list = useDirectives(state, { filter });
  const narrowed = filter.mine || filter.overdue || filter.unit !== null;
  const asked = new URLSearchParams(useSearch()).get('directive');
  const rows = list.data?.toSorted((a, b) => (state === 'open' ? a.dueMs - b.dueMs : b.number - a.number)) ?? [];
  const selectedId = asked ?? (phone ? null : (rows[0]?.id ?? null));
  const details = useQuery({
    queryKey: queryKeys.directive(selectedId ?? ''),
    queryFn: ({ signal }) => api.directives.get(selectedId ?? '', signal),
    enabled: selectedId !== null,
  });
  if (list.isError) return <PageError error={list.error} retry={() => void list.refetch()} />;
  const shown = details.data ?? rows.find(({ id }) => id === selectedId);
  return (
    <div className={classes.page}>
      {(!phone || selectedId === null) && (
        <section className={classes.panel} aria-label={t('directives.heading')}>
          <header className={classes.header}>
            <h1>{t('directives.heading')}</h1>
            {can('directive.give') && (
              <Button size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setGiving(true)}>
                {t('directives.give')}
              </Button>
            )}
          </header>
          <SegmentedControl
            m="xs"
            size="xs"
            aria-label={t('directives.which')}
            data={STATES.map((value) => ({ value, label: t(`directives.lists.${value}`) }))}
            value={state}
            onChange={(value) => {
              const next = value === 'over' ? 'over' : 'open';
              setState(next);
              // What is over is late no more.
              if (next === 'over') setFilter({ ...filter, overdue: false });
            }}
          />
          <Filters filter={filter} gives={can('directive.give')} open={state === 'open'} onChange={setFilter} />
          {list.isPending && <Loading />}
          {list.data !== undefined && rows.length === 0 && narrowed && (
            <EmptyState
              icon={IconFilterOff}
              title={t('directives.noneFiltered')}
              actions={
                <Button variant="default" onClick={() => setFilter(NO_FILTER)}>
                  {t('directives.clearFilter')}
                </Button>
              }
            />
          )}
          {list.data !== undefined && rows.length === 0 && !narrowed && (
            <EmptyState icon={IconGavel} title={t('directives.none')}>
              {t(can('directive.give') ? 'directives.noneGive' : 'directives.noneAnswer')}
            </EmptyState>
          )}
          <ul className={classes.list}>
            {rows.map((directive) => (
              <li key={directive.id}>
                <Row
                  directive={directive}
                  selected={directive.id === selectedId}
                  onSelect={() => navigate(directiveLink(directive.id), { replace: !phone })}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(!phone || selectedId !== null) && (
        <div className={classes.beside}>
          {phone && (
            <Button
              variant="subtle"
              leftSection={<IconArrowLeft size={16} />}
              onClick={() => navigate(DIRECTIVES_PATH, { replace: true })}
            >
              {t('directives.heading')}
            </Button>
          )}
          {shown !== undefined ? (
            <DirectiveDetail key={shown.id} directive={shown} />
          ) : details.isError ? (
            <PageError error={details.error} retry={() => void details.refetch()} />
          ) : selectedId !== null ? (
            <Loading />
          ) : null}
        </div>
      )}
      {giving && <DirectiveDialog pinned={null} onClose={() => setGiving(false)} />}
    </div>
  );
}

function Filters(props: {
  filter: DirectiveFilter;
  gives: boolean;
  open: boolean;
  onChange: (filter: DirectiveFilter) => void;
}) {
  const { filter, gives, open, onChange } = props;
  const { t } = useTranslation('sectors');
  const units = useUnits();
  return (
    <Group gap="xs" mx="xs" mb="xs" role="group" aria-label={t('directives.filters.label')}>
      {gives && (
        <Chip size="xs" checked={filter.mine} onChange={(mine) => onChange({ ...filter, mine })}>
          {t('directives.filters.mine')}
        </Chip>
      )}
      {open && (
        <Chip size="xs" checked={filter.overdue} onChange={(overdue) => onChange({ ...filter, overdue })}>
          {t('directives.filters.overdue')}
        </Chip>
      )}
      <Select
        size="xs"
        style={{ flex: '1 1 10rem' }}
        aria-label={t('directives.unit')}
        placeholder={t('directives.filters.unit')}
        searchable
        clearable
        limit={100}
        filter={optionsFilter}
        data={units.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={filter.unit}
        onChange={(unit) => onChange({ ...filter, unit })}
      />
    </Group>
  );
}

function Row({ directive, selected, onSelect }: { directive: DirectiveView; selected: boolean; onSelect: () => void }) {
  const { t } = useTranslation('sectors');
  const now = useNow();
  const dates = useDates();
  const open = directive.state === 'given' || directive.state === 'accepted' || directive.state === 'answered';
  const late = open && directive.state !== 'answered' && directive.dueMs < now;
  return (
    <button
      type="button"
      className={classes.row}
      data-directive={directive.id}
      aria-current={selected}
      onClick={onSelect}
    >
      <span className={classes.title}>
        #{directive.number} · {directive.title}
      </span>
      <span className={classes.foot}>
        <span>{directive.unitName}</span>
        <span>{t(`directives.states.${directive.state}`)}</span>
        <span data-late={late}>
          {late ? t('directives.overdue') : t('directives.dueAt', { time: dates.full(directive.dueMs) })}
        </span>
      </span>
    </button>
  );
}
