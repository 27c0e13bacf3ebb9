import { ActionIcon, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { showNotification } from '@mantine/notifications';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconMovie } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from 'wouter';
import type { BookmarkView } from '#contracts/recordings';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras, useGroups, useRemovedCameras } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';
import { HoldDialog } from '../holds/hold-dialog.tsx';
import { CameraTree } from '../live/camera-tree.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { BookmarkList } from './bookmark-list.tsx';
import { MOST_CAMERAS, readLink } from './deep-link.ts';
import { BookmarkDialog, PlaybackKeys } from './dialogs.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { MomentNotes } from './moment-notes.tsx';
import classes from './playback.module.css';
import { type PlaybackCamera, pastCamera } from './playback-camera.ts';
import { createPlaybackClock, LIVE_EDGE_MS } from './playback-clock.ts';
import { PlaybackGrid } from './playback-grid.tsx';
import { RemovedCameras } from './removed-cameras.tsx';
import { RowNotes } from './row-notes.tsx';
import { around, follow, mostlyPast, type TimeView } from './time-view.ts';
import { Timeline } from './timeline.tsx';
import { Transport } from './transport.tsx';
import { useAddress } from './use-address.ts';
import { useCommands } from './use-commands.ts';
import { useLoop } from './use-loop.ts';
import { useNextMark } from './use-next-mark.ts';
import { useTimelines } from './use-timelines.ts';

const FIRST_SPAN_MS = 3_600_000;
const RANGE_AROUND_MS = 30_000;
const PHONE = '(max-width: 719px)';

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Looking back: up to sixteen cameras at one moment, and under them what was recorded when. */
export default function PlaybackPage() {
  const { t } = useTranslation('playback');
  const session = useSession();
  const cameras = useCameras();
  const removed = useRemovedCameras(session.can('camera.playback'));
  const groups = useGroups();
  const loop = useLoop();
  const phone = useMediaQuery(PHONE) === true;
  // What the address said at first; from then on the page writes it.
  const search = useSearch();
  const [link] = useState(() => readLink(search));
  const known = useRef(session);
  known.current = session;
  const serverNow = useCallback(() => known.current.serverNow(), []);
  const [clock] = useState(() =>
    createPlaybackClock({
      atMs: link.atMs ?? serverNow() - 60_000,
      monotonic: () => performance.now(),
      serverNow,
    }),
  );
  const [chosen, setChosen] = useState<readonly string[]>(link.cameraIds);
  const [selected, setSelected] = useState(0);
  const [view, setView] = useState<TimeView>(() => mostlyPast(around(clock.now(), FIRST_SPAN_MS), serverNow()));
  const [tree, setTree] = useState(true);
  const [helpOpen, setHelpOpen] = useState(false);
  const [bookmarkAt, setBookmarkAt] = useState<number | null>(null);
  const [editing, setEditing] = useState<BookmarkView | null>(null);
  const [listening, setListening] = useState(false);
  const [marksOpen, setMarksOpen] = useState(false);
  const [exporting, setExporting] = useState<Range | null>(null);
  const [holding, setHolding] = useState<Range | null>(null);
  const [mayExport, mayHold] = [session.can('camera.export'), session.can('camera.hold')];

  const shown = useMemo(
    () =>
      chosen.flatMap((id): PlaybackCamera | [] => {
        const camera = cameras.data?.find((known) => known.id === id);
        if (camera !== undefined) return camera;
        const past = removed.data?.find((known) => known.id === id);
        return past === undefined ? [] : pastCamera(past, t('removedName', { name: past.name }));
      }),
    [chosen, cameras.data, removed.data, t],
  );
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const rows = useTimelines(ids, useSettled(view, 200));
  const at = Math.max(0, Math.min(selected, shown.length - 1));
  const camera = shown[at];
  const frameRate = camera?.streams.find(({ frameRate: known }) => known !== null)?.frameRate ?? 25;

  useAddress(cameras.data === undefined || removed.isPending ? chosen : ids, clock);
  const nextMark = useNextMark(ids);
  /** Around the moment that is shown: offered first where a range is asked for. */
  const askRange = (set: (range: Range) => void, allowed: boolean): void => {
    if (!allowed || shown.length === 0) return;
    clock.pause();
    const now = clock.now();
    set({ fromMs: now - RANGE_AROUND_MS, toMs: Math.min(now + RANGE_AROUND_MS, serverNow()) });
  };
  const run = useCommands({
    clock,
    nextMark,
    frameMs: 1000 / frameRate,
    serverNow,
    onView: setView,
    onBookmark: () => {
      if (camera === undefined) return;
      clock.pause();
      setBookmarkAt(clock.now());
    },
    onExport: () => askRange(setExporting, mayExport),
    onHold: () => askRange(setHolding, mayHold),
    onSound: () => setListening((now) => !now),
    onBookmarks: () => setMarksOpen(shown.length > 0),
    onHelp: () => setHelpOpen(true),
  });

  // While it plays the playhead stays in sight; where somebody has moved the view away, a seek brings it back.
  useEffect(() => {
    let last = clock.now();
    return loop.add(() => {
      const now = clock.now();
      if (now === last) return;
      const inSight = (seen: TimeView): boolean => last >= seen.fromMs && last <= seen.toMs;
      const jumped = Math.abs(now - last) > 5000;
      setView((seen) => (jumped || inSight(seen) ? follow(seen, now) : seen));
      last = now;
    });
  }, [clock, loop]);

  // Nobody said when: where the newest recording is.
  const newest = rows.reduce((latest, { timeline }) => Math.max(latest, timeline?.spans.at(-1)?.endMs ?? 0), 0);
  const undecided = useRef(link.atMs === null);
  useEffect(() => {
    if (!undecided.current || newest === 0) return;
    undecided.current = false;
    clock.seek(newest - LIVE_EDGE_MS - 26_000);
  }, [newest, clock]);

  const toggle = useCallback(
    (id: string): void => {
      setChosen((now) => {
        if (now.includes(id)) return now.filter((other) => other !== id);
        if (now.length >= MOST_CAMERAS) {
          showNotification({ message: t('most') });
          return now;
        }
        return [...now, id];
      });
    },
    [t],
  );

  if (cameras.isPending) return <Loading />;
  if (cameras.isError) return <ErrorNotice error={cameras.error} />;
  if (cameras.data.length === 0 && (removed.data ?? []).length === 0) {
    return (
      <EmptyState icon={IconMovie} title={t('noCameras')}>
        {t('noCamerasHint')}
      </EmptyState>
    );
  }
  const editingCamera = shown.find(({ id }) => id === editing?.cameraId);
  const Side = tree ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;

  return (
    <div className={classes.page} data-tree={tree}>
      {(tree || phone) && (
        <CameraTree
          cameras={cameras.data}
          groups={groups.data ?? []}
          shown={new Set(ids)}
          onCall={toggle}
          onFill={(all) => setChosen(all.slice(0, MOST_CAMERAS))}
          more={(query) => (
            <RemovedCameras cameras={removed.data ?? []} query={query} shown={new Set(ids)} onCall={toggle} />
          )}
        />
      )}
      <div className={classes.middle}>
        {shown.length === 0 ? (
          <div className={classes.empty}>
            <EmptyState icon={IconMovie} title={t('choose')}>
              {t('chooseHint')}
            </EmptyState>
          </div>
        ) : (
          <PlaybackGrid
            cameras={shown}
            rows={rows}
            selected={at}
            listening={listening}
            clock={clock}
            loop={loop}
            serverNow={serverNow}
            onSelect={setSelected}
            onRemove={toggle}
          />
        )}
        <div className={classes.dock}>
          <RowNotes rows={rows} />
          <MomentNotes times={rows[at]} view={view} clock={clock} loop={loop} onEdit={setEditing} />
          <div className={classes.transportRow}>
            {!phone && (
              <Tooltip label={t('toggleTree')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('toggleTree')}
                  aria-pressed={tree}
                  onClick={() => setTree(!tree)}
                >
                  <Side size={18} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
            <Transport
              clock={clock}
              loop={loop}
              view={view}
              listening={listening}
              mayExport={mayExport}
              mayHold={mayHold}
              onSpan={(span) => setView(mostlyPast(around(clock.now(), span), serverNow()))}
              run={run}
            />
          </div>
          {shown.length > 0 && (
            <div className={classes.rows}>
              <Timeline
                cameras={shown}
                rows={rows}
                view={view}
                selected={at}
                clock={clock}
                loop={loop}
                serverNow={serverNow}
                onView={setView}
                onSelect={setSelected}
              />
            </div>
          )}
        </div>
      </div>
      {bookmarkAt !== null && camera !== undefined && (
        <BookmarkDialog camera={camera} atMs={bookmarkAt} onClose={() => setBookmarkAt(null)} />
      )}
      {editing !== null && editingCamera !== undefined && (
        <BookmarkDialog
          camera={editingCamera}
          atMs={editing.timeMs}
          bookmark={editing}
          onClose={() => setEditing(null)}
        />
      )}
      {marksOpen && (
        <BookmarkList
          cameras={shown}
          onGo={(bookmark) => {
            setSelected(ids.indexOf(bookmark.cameraId));
            clock.seek(bookmark.timeMs);
          }}
          onEdit={setEditing}
          onClose={() => setMarksOpen(false)}
        />
      )}
      {holding !== null && <HoldDialog cameras={shown} {...holding} onClose={() => setHolding(null)} />}
      {exporting !== null && <ExportDialog cameras={shown} {...exporting} onClose={() => setExporting(null)} />}
      <PlaybackKeys opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
