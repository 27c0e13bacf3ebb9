import { ActionIcon, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { showNotification } from '@mantine/notifications';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconMovie } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from 'wouter';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras, useGroups } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';
import { CameraTree } from '../live/camera-tree.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { MOST_CAMERAS, readLink } from './deep-link.ts';
import { BookmarkDialog, PlaybackKeys } from './dialogs.tsx';
import { ExportDialog } from './export-dialog.tsx';
import classes from './playback.module.css';
import { createPlaybackClock, LIVE_EDGE_MS } from './playback-clock.ts';
import { PlaybackGrid } from './playback-grid.tsx';
import { RowNotes } from './row-notes.tsx';
import { around, follow, mostlyPast, type TimeView } from './time-view.ts';
import { Timeline } from './timeline.tsx';
import { Transport } from './transport.tsx';
import { useAddress } from './use-address.ts';
import { useCommands } from './use-commands.ts';
import { useLoop } from './use-loop.ts';
import { useTimelines } from './use-timelines.ts';

const FIRST_SPAN_MS = 3_600_000;
/** Offered first: what lies around the moment that is shown. */
const EXPORT_AROUND_MS = 30_000;
const PHONE = '(max-width: 719px)';

/** Looking back: up to sixteen cameras at one moment, and under them what was recorded when. */
export default function PlaybackPage() {
  const { t } = useTranslation('playback');
  const session = useSession();
  const cameras = useCameras();
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
  const [exporting, setExporting] = useState<{ readonly fromMs: number; readonly toMs: number } | null>(null);
  const mayExport = session.can('camera.export');

  const shown = useMemo(
    () => chosen.flatMap((id) => cameras.data?.find((camera) => camera.id === id) ?? []),
    [chosen, cameras.data],
  );
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const rows = useTimelines(ids, useSettled(view, 200));
  const camera = shown[Math.min(selected, shown.length - 1)];
  const frameRate = camera?.streams.find(({ frameRate: known }) => known !== null)?.frameRate ?? 25;

  useAddress(cameras.data === undefined ? chosen : ids, clock);
  const run = useCommands({
    clock,
    rows,
    frameMs: 1000 / frameRate,
    serverNow,
    onView: setView,
    onBookmark: () => {
      if (camera === undefined) return;
      clock.pause();
      setBookmarkAt(clock.now());
    },
    onExport: () => {
      if (!mayExport || shown.length === 0) return;
      clock.pause();
      const at = clock.now();
      setExporting({ fromMs: at - EXPORT_AROUND_MS, toMs: Math.min(at + EXPORT_AROUND_MS, serverNow()) });
    },
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
  if (cameras.data.length === 0) {
    return (
      <EmptyState icon={IconMovie} title={t('noCameras')}>
        {t('noCamerasHint')}
      </EmptyState>
    );
  }
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
            selected={Math.min(selected, shown.length - 1)}
            clock={clock}
            loop={loop}
            serverNow={serverNow}
            onSelect={setSelected}
            onRemove={toggle}
          />
        )}
        <div className={classes.dock}>
          <RowNotes rows={rows} />
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
              mayExport={mayExport}
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
                selected={Math.min(selected, shown.length - 1)}
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
      {exporting !== null && <ExportDialog cameras={shown} {...exporting} onClose={() => setExporting(null)} />}
      <PlaybackKeys opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
