import { ActionIcon, Button, Modal, Stack, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconBell, IconChartBar, IconKeyboard, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearch } from 'wouter';
import type { AlertDetails, AlertView, Verdict } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { alertLink, playbackLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { PHONE_MAX_WIDTH } from '../app/theme.ts';
import { useWallClient } from '../live/use-wall-client.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { KeysTable } from '../ui/keys-table.tsx';
import { Loading } from '../ui/loading.tsx';
import { AlarmNotice } from './alarm-notice.tsx';
import { AlertCard } from './alert-card.tsx';
import { ALERT_COMMANDS, type AlertCommand, commandsFor, mayEver, meaningOf, type Rights } from './alert-commands.ts';
import { AlertFilters, AlertRows } from './alert-list.tsx';
import { type AlertFilter, OPEN_ALERTS, SERIOUS_ALERTS } from './alert-order.ts';
import classes from './alerts.module.css';
import type { OpenDialog } from './open-dialog.tsx';
import { useAlertActions } from './use-alert-actions.ts';
import { useAlertList } from './use-alert-list.ts';
import { useAlertWords } from './use-alert-words.ts';
import { useHeldOrder } from './use-held-order.ts';

const AlertDialogs = lazy(() => import('./open-dialog.tsx'));
const HandoverDialog = lazy(() => import('./handover-dialog.tsx'));

const PHONE = `(max-width: ${PHONE_MAX_WIDTH}px)`;

/** What the police sit in front of: the list at the left, the chosen alert in full beside it. */
export default function AlertsPage() {
  const { t } = useTranslation(['alerts', 'app']);
  const { user, can } = useSession();
  const acts = can('alert.claim');
  const api = useApi();
  const [, navigate] = useLocation();
  const wall = useWallClient();
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const [filter, setFilter] = useState<AlertFilter>(acts ? OPEN_ALERTS : SERIOUS_ALERTS);
  // With its alert: a click on a notification may show another one behind an open dialog.
  const [dialog, setDialog] = useState<(OpenDialog & { readonly alert: AlertView }) | null>(null);
  const [aside, setAside] = useState<'help' | 'handover' | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const words = useAlertWords();
  const { all, passing, counts, query, more } = useAlertList(filter, user.id);
  const { shown, waiting, catchUp } = useHeldOrder(passing, all, scroller, JSON.stringify(filter));
  const asked = new URLSearchParams(useSearch()).get('alert');
  // The first one is chosen for who comes without a choice, once: a newer one must not take its place.
  const [first, setFirst] = useState<string | null>(null);
  const top = shown[0]?.id ?? null;
  useEffect(() => setFirst((now) => now ?? top), [top]);
  const selectedId = asked ?? (phone ? null : first);
  const details = useQuery({
    queryKey: queryKeys.alert(selectedId ?? ''),
    queryFn: ({ signal }) => api.alerts.get(selectedId ?? '', signal),
    enabled: selectedId !== null,
  });
  const listed = selectedId === null ? undefined : all.get(selectedId);
  const alert = newer(details.data, listed);
  const { act, busy } = useAlertActions({ userId: user.id, mayTakeOver: can('alert.close') });

  const select = useCallback((id: string) => navigate(alertLink(id), { replace: !phone }), [navigate, phone]);
  const back = useCallback(() => navigate('/alerts', { replace: true }), [navigate]);

  function run(command: AlertCommand, verdict: Verdict | null = null): void {
    if (alert === undefined) return;
    const { steps, more: others } = commandsFor(alert, can, user.id);
    if (!steps.includes(command) && !others.includes(command)) return;
    if (command === 'claim') act(alert, { kind: 'claim' });
    else if (command === 'release' || command === 'reopen') act(alert, { kind: command });
    else if (command === 'recording') navigate(playbackLink([alert.cameraId], alert.detection.fromMs));
    else setDialog({ command, verdict, alert });
  }

  const onKey = useRef<(event: KeyboardEvent) => void>(() => {});
  onKey.current = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target))
      return;
    const meaning = meaningOf(event.key);
    if (meaning === null || dialog !== null || aside !== null) return;
    if (meaning.kind === 'command') run(meaning.command);
    else if (meaning.kind === 'close') run('close', meaning.verdict);
    else if (meaning.kind === 'help') setAside('help');
    else if (meaning.kind === 'back') back();
    else {
      const at = shown.findIndex(({ id }) => id === selectedId);
      const next = shown[Math.max(0, Math.min(shown.length - 1, at + meaning.by))];
      if (next === undefined) return;
      select(next.id);
      // The focus goes along, so that the list stays in its order while somebody walks through it.
      scroller.current?.querySelector<HTMLElement>(`[data-alert="${CSS.escape(next.id)}"]`)?.focus();
    }
    event.preventDefault();
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey.current(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  const subject = dialog === null ? undefined : (all.get(dialog.alert.id) ?? dialog.alert);
  const cardOpen = !phone || selectedId !== null;
  return (
    <div className={classes.page} data-card-open={phone && selectedId !== null}>
      {(!phone || selectedId === null) && (
        <section className={classes.panel} aria-label={t('title')}>
          <header className={classes.header}>
            <h1>{t('title')}</h1>
            {acts && <HeaderButton label={t('handover.open')} icon={IconUsersGroup} run={() => setAside('handover')} />}
            <Tooltip label={t('quality.title')}>
              <ActionIcon
                component={Link}
                href="/alerts/quality"
                variant="subtle"
                color="gray"
                aria-label={t('quality.title')}
              >
                <IconChartBar size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
            {!phone && <HeaderButton label={t('keys.title')} icon={IconKeyboard} run={() => setAside('help')} />}
          </header>
          <AlarmNotice />
          <AlertFilters filter={filter} counts={counts} mine={acts} onChange={setFilter} />
          <AlertRows
            alerts={shown}
            waiting={waiting}
            catchUp={catchUp}
            sentence={words.sentence}
            selectedId={selectedId}
            onSelect={select}
            filter={filter}
            onClearFilter={() => setFilter(OPEN_ALERTS)}
            more={more}
            scroller={scroller}
          >
            {query.isPending ? (
              <Loading />
            ) : query.isError && shown.length === 0 ? (
              <ErrorNotice error={query.error} retry={() => void query.refetch()} />
            ) : undefined}
          </AlertRows>
        </section>
      )}
      {cardOpen && (
        <div className={classes.beside}>
          {alert !== undefined ? (
            <AlertCard
              alert={alert}
              sentence={words.sentence(alert)}
              camera={words.cameras.get(alert.cameraId)}
              wall={wall}
              rights={can}
              userId={user.id}
              busy={busy}
              phone={phone}
              run={run}
              back={back}
            />
          ) : selectedId === null ? (
            <EmptyState icon={IconBell} title={t('choose')}>
              {t('chooseHint')}
            </EmptyState>
          ) : details.isError ? (
            <Missing error={details.error} retry={() => void details.refetch()} back={back} />
          ) : (
            <Loading />
          )}
        </div>
      )}
      <Suspense>
        {dialog !== null && subject !== undefined && (
          <AlertDialogs
            alert={subject}
            camera={words.cameras.get(subject.cameraId)}
            sentence={words.sentence(subject)}
            dialog={dialog}
            busy={busy}
            act={(what) => act(subject, what, () => setDialog(null))}
            onClose={() => setDialog(null)}
          />
        )}
        {aside === 'handover' && <HandoverDialog onClose={() => setAside(null)} />}
      </Suspense>
      <AlertKeys rights={can} opened={aside === 'help'} onClose={() => setAside(null)} />
    </div>
  );
}

/** Details have the steps, the list may have the newer state. */
function newer(details: AlertDetails | undefined, listed: AlertView | undefined): AlertDetails | AlertView | undefined {
  if (details === undefined) return listed;
  return listed !== undefined && listed.version > details.version ? { ...details, ...listed } : details;
}

/** Only the server can say that an alert is not there; a bad line says nothing of it. */
function Missing({ error, retry, back }: { error: Error; retry: () => void; back: () => void }) {
  const { t } = useTranslation('alerts');
  const gone = error instanceof ApiError && (error.kind === 'notFound' || error.kind === 'forbidden');
  const toList = (
    <Button variant="default" onClick={back}>
      {t('back')}
    </Button>
  );
  if (gone)
    return (
      <EmptyState icon={IconBell} title={t('gone')} actions={toList}>
        {t('goneHint')}
      </EmptyState>
    );
  return (
    <Stack p="md" align="flex-start">
      <ErrorNotice error={error} retry={retry} />
      {toList}
    </Stack>
  );
}

/** Somebody types, or is in a menu or dialog that has keys of its own. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="dialog"], [role="menu"], [role="listbox"], [contenteditable="true"]') !== null
  );
}

function HeaderButton({ label, icon: Icon, run }: { label: string; icon: typeof IconBell; run: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={run}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

const KEYS = [
  ['move', ['↑', '↓']],
  ['claim', ['c']],
  ['takeOver', ['t']],
  ['release', ['r']],
  ['dispatch', ['d']],
  ['note', ['n']],
  ['close', ['1', '2', '3']],
  ['incident', ['i']],
  ['recording', ['o']],
  ['bookmark', ['b']],
  ['hold', ['g']],
  ['export', ['x']],
  ['back', ['Esc']],
  ['help', ['?']],
] as const;

function AlertKeys({ rights, opened, onClose }: { rights: Rights; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(['alerts', 'app']);
  const rows = KEYS.filter(([name]) => {
    const command = ALERT_COMMANDS.find((one) => one === name);
    return command === undefined || mayEver(command, rights);
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <KeysTable rows={rows.map(([name, keys]) => ({ keys, does: t(`keys.${name}`) }))} />
    </Modal>
  );
}
