import { ActionIcon, Button, Group as Row, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconCamera,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearch } from 'wouter';
import { worstByCamera } from '../alerts/alert-order.ts';
import { AlertStrip } from '../alerts/alert-strip.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAlerts, useCameras, useGroups } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';
import { TryDemoButton } from '../app/try-demo-button.tsx';
import { EventPanel } from '../events/event-panel.tsx';
import type { QueueItem } from '../queue/queue-order.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { CameraTree } from './camera-tree.tsx';
import { ContextRow } from './context-row.tsx';
import { KeysHelp } from './keys-help.tsx';
import classes from './live.module.css';
import { afterKey, NO_ENTRY, type NumberEntry } from './number-entry.ts';
import { readWall, rememberWall } from './remembered-wall.ts';
import { useTour } from './use-tour.ts';
import { useWallClient } from './use-wall-client.ts';
import type { CellActions } from './wall-cell.tsx';
import { WallGrid } from './wall-grid.tsx';
import { wallReducer } from './wall-state.ts';
import { WallToolbar } from './wall-toolbar.tsx';

// After the first picture: neither may hold it up.
const TileStrip = lazy(() => import('../sectors/tile-strip.tsx'));
const LiveQueue = lazy(() => import('../queue/live-queue.tsx'));

/** Between the phone, where the panels lie below the wall, and a width that has room for both beside it. */
const NARROW = '(min-width: 720px) and (max-width: 1199px)';

/** ms after which a number that was begun, or the word that there is none such, goes by itself. */
const ENTRY_STAYS_MS = 5000;

/** The page that an operator sits in front of: cameras at the left, the wall, what happens at the right. */
export default function LivePage() {
  const { t } = useTranslation('live');
  const session = useSession();
  const cameras = useCameras();
  const groups = useGroups();
  const wall = useWallClient();
  const search = useSearch();
  const [state, dispatch] = useReducer(wallReducer, session.user.id, readWall);
  const [entry, setEntry] = useState<NumberEntry>(NO_ENTRY);
  const [unknownNumber, setUnknownNumber] = useState<number | null>(null);
  const [helpOpen, setHelpOpen] = useState(false);
  const [replaying, setReplaying] = useState<number | null>(null);
  const [listening, setListening] = useState<number | null>(null);
  const mayReplay = session.can('camera.playback');
  const handlesAlerts = session.can('alert.claim');
  const readsSectors = session.can('sector.read');
  const [selected, setSelected] = useState<QueueItem | null>(null);
  const place = selected?.kind === 'event' ? selected.event.place : null;
  const openAlerts = useAlerts(handlesAlerts);
  const alerts = useMemo(() => worstByCamera(openAlerts.data ?? []), [openAlerts.data]);
  const isNarrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  // `null`: nobody has said; the wall is what the page is for, so the panels give way to it.
  const [wanted, setWanted] = useState<{ tree: boolean | null; events: boolean | null }>({ tree: null, events: null });
  const panels = { tree: wanted.tree ?? !isNarrow, events: wanted.events ?? !isNarrow };
  const tour = useTour(state, dispatch, cameras.data ?? []);
  const latest = useRef({ entry, state, cameras: cameras.data ?? [], mayReplay });
  latest.current = { entry, state, cameras: cameras.data ?? [], mayReplay };

  useEffect(() => rememberWall(session.user.id, state), [session.user.id, state]);

  useEffect(() => {
    if (entry.digits === '' && unknownNumber === null) return;
    const timer = setTimeout(() => {
      setEntry(NO_ENTRY);
      setUnknownNumber(null);
    }, ENTRY_STAYS_MS);
    return () => clearTimeout(timer);
  }, [entry, unknownNumber]);

  // The first visit: a wall with something on it teaches more than an empty one.
  const ids = cameras.data?.map((camera) => camera.id);
  const untouched =
    state.past.length === 0 && state.layoutId === null && state.grid.cells.every((cell) => cell.cameraId === null);
  const firstIds = untouched && ids !== undefined && ids.length > 0 ? ids.slice(0, 16).join(' ') : '';
  useEffect(() => {
    if (firstIds !== '') dispatch({ type: 'fill', cameraIds: firstIds.split(' ') });
  }, [firstIds]);

  // After the first filling, which would take the place of what was asked for.
  const asked = new URLSearchParams(search).getAll('camera').join(' ');
  useEffect(() => {
    const [first, ...others] = asked.split(' ');
    if (first === undefined || first === '') return;
    dispatch(others.length === 0 ? { type: 'call', cameraId: first } : { type: 'fill', cameraIds: [first, ...others] });
  }, [asked]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { entry: current, state: wallNow, cameras: known } = latest.current;
      const next = afterKey(current, event.key);
      if (next.digits !== current.digits || next.call !== null) {
        event.preventDefault();
        setEntry({ digits: next.digits, call: null });
        setUnknownNumber(null);
        const camera = next.call === null ? undefined : known.find((one) => one.number === next.call);
        if (camera !== undefined) dispatch({ type: 'call', cameraId: camera.id });
        else if (next.call !== null) setUnknownNumber(next.call);
        return;
      }
      const inControl = event.target instanceof Element && event.target.closest('button, a, [role="option"]') !== null;
      const steps: Record<string, [number, number]> = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, -1],
        ArrowDown: [0, 1],
      };
      const step = steps[event.key];
      if (step !== undefined && !inControl) dispatch({ type: 'step', columns: step[0], rows: step[1] });
      else if (event.key === 'Enter' && !inControl)
        dispatch({ type: 'enlarge', cell: wallNow.enlarged === null ? wallNow.selected : null });
      else if (event.key === 'Escape') {
        setReplaying(null);
        dispatch({ type: 'enlarge', cell: null });
        setSelected(null);
      } else if (event.key === 'Delete' && !inControl) dispatch({ type: 'clear', cell: wallNow.selected });
      else if (event.key === 'p' && !inControl) dispatch({ type: 'pin', cell: wallNow.selected });
      else if (event.key === 'z' && !inControl) dispatch({ type: 'undo' });
      else if (event.key === 'r' && !inControl && latest.current.mayReplay)
        setReplaying((now) => (now === wallNow.selected ? null : wallNow.selected));
      else if (event.key === 'a' && !inControl)
        setListening((now) => (now === wallNow.selected ? null : wallNow.selected));
      else if (event.key === '?') setHelpOpen(true);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const actions = useMemo<CellActions>(
    () => ({
      select: (cell) => dispatch({ type: 'select', cell }),
      enlarge: (cell) => dispatch({ type: 'enlarge', cell }),
      clear: (cell) => dispatch({ type: 'clear', cell }),
      pin: (cell) => dispatch({ type: 'pin', cell }),
      place: (cell, cameraId) => dispatch({ type: 'place', cell, cameraId }),
      swap: (from, to) => dispatch({ type: 'swap', from, to }),
      ...(mayReplay ? { replay: setReplaying } : {}),
      listen: setListening,
    }),
    [mayReplay],
  );
  const shown = useMemo(() => new Set(state.grid.cells.flatMap((cell) => cell.cameraId ?? [])), [state.grid]);

  if (cameras.isPending) return <Loading />;
  if (cameras.isError) return <ErrorNotice error={cameras.error} />;
  if (cameras.data.length === 0) return <NoCameras mayAdd={session.can('camera.configure')} />;

  return (
    <div className={classes.frame}>
      <div className={classes.page} data-tree={panels.tree}>
        {panels.tree && (
          <CameraTree
            cameras={cameras.data}
            groups={groups.data ?? []}
            shown={shown}
            onCall={(cameraId) => dispatch({ type: 'call', cameraId })}
            onFill={(cameraIds) => dispatch({ type: 'fill', cameraIds })}
          />
        )}
        <div className={classes.middle}>
          <div className={classes.toolbar}>
            <Toggle
              label={t('toggleTree')}
              open={panels.tree}
              side="left"
              run={() => setWanted({ tree: !panels.tree, events: isNarrow ? null : wanted.events })}
            />
            <WallToolbar state={state} dispatch={dispatch} tour={tour} onHelp={() => setHelpOpen(true)} />
            <Toggle
              label={t('toggleEvents')}
              open={panels.events}
              side="right"
              run={() => setWanted({ tree: isNarrow ? null : wanted.tree, events: !panels.events })}
            />
          </div>
          <WallGrid
            grid={state.grid}
            cameras={cameras.data}
            wall={wall}
            selected={state.selected}
            enlarged={state.enlarged}
            replaying={replaying}
            listening={listening}
            alerts={alerts}
            on={actions}
          />
          {place !== null && (
            <ContextRow
              place={place}
              cameras={cameras.data}
              wall={wall}
              onCall={(cameraId) => dispatch({ type: 'call', cameraId })}
              onClose={() => setSelected(null)}
            />
          )}
          <div className={classes.entry} role="status" hidden={entry.digits === '' && unknownNumber === null}>
            {entry.digits === '' ? t('unknownNumber', { number: unknownNumber }) : entry.digits}
          </div>
        </div>
        {panels.events && (
          <aside className={classes.side} data-detail={selected !== null}>
            {readsSectors ? (
              <Suspense fallback={<Loading />}>
                <LiveQueue
                  selectedId={selected?.id ?? null}
                  onSelect={setSelected}
                  onShow={(cameraId) => dispatch({ type: 'call', cameraId })}
                />
              </Suspense>
            ) : (
              handlesAlerts && <AlertStrip onShow={(cameraId) => dispatch({ type: 'call', cameraId })} />
            )}
            {selected === null && (
              <div className={classes.queue}>
                <EventPanel
                  onSelect={(event) => event.cameraId !== null && dispatch({ type: 'call', cameraId: event.cameraId })}
                />
              </div>
            )}
          </aside>
        )}
        <KeysHelp opened={helpOpen} onClose={() => setHelpOpen(false)} />
      </div>
      {readsSectors && (
        <Suspense>
          <TileStrip />
        </Suspense>
      )}
    </div>
  );
}

function Toggle(props: { label: string; open: boolean; side: 'left' | 'right'; run: () => void }) {
  const icons = {
    left: [IconLayoutSidebarLeftExpand, IconLayoutSidebarLeftCollapse],
    right: [IconLayoutSidebarRightExpand, IconLayoutSidebarRightCollapse],
  } as const;
  const Icon = icons[props.side][props.open ? 1 : 0];
  return (
    <Tooltip label={props.label}>
      <ActionIcon variant="subtle" color="gray" aria-label={props.label} aria-pressed={props.open} onClick={props.run}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function NoCameras({ mayAdd }: { mayAdd: boolean }) {
  const { t } = useTranslation('live');
  return (
    <EmptyState
      icon={IconCamera}
      title={t('noCameras')}
      actions={
        mayAdd && (
          <Row justify="center">
            <Button component={Link} href="/admin/cameras/discover">
              {t('find')}
            </Button>
            <Button variant="default" component={Link} href="/admin/cameras/new">
              {t('typeAddress')}
            </Button>
            <Button variant="default" component={Link} href="/admin/cameras/import">
              {t('importList')}
            </Button>
            <TryDemoButton />
          </Row>
        )
      }
    >
      {mayAdd ? t('noCamerasAdmin') : t('noCamerasOther')}
    </EmptyState>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
