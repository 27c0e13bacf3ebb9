import type { Analytics } from './analytics-part.ts';
import type { DoorParts } from './door-parts.ts';
import type { Metrics } from './http/metrics.ts';
import type { RtspOut } from './restream/rtsp-out/rtsp-out.ts';
import type { Gateway } from './socket/gateway.ts';

/** What `/metrics` tells of the parts and the doors. */
export function measure(metrics: Metrics, parts: DoorParts, gateway: Gateway, rtspOut: RtspOut): void {
  const { register, supervisor, hub, wall, transcodes, recorder, pictureRounds } = parts;
  metrics.gauge('cameras', 'Registered cameras', () => register.list().length);
  metrics.gauge(
    'streams',
    'Camera streams by state',
    () => {
      const counts: Record<string, number> = {};
      for (const camera of register.list()) {
        for (const { state } of supervisor.statuses(camera.id)) counts[state] = (counts[state] ?? 0) + 1;
      }
      return counts;
    },
    'state',
  );
  metrics.gauge('hub_bytes', 'Video kept in memory, bytes', () => hub.figures().bytes);
  metrics.gauge('hub_readers', 'Readers of live streams', () => hub.figures().readers);
  metrics.gauge('wall_clients', 'Open wall sockets', () => wall.figures().clients);
  metrics.gauge('wall_cells', 'Cells on all wall sockets', () => wall.figures().cells);
  metrics.gauge('wall_queued_bytes', 'Video that waits for slow walls, bytes', () => wall.figures().queuedBytes);
  metrics.gauge('transcoders', 'Running transcoders', () => transcodes.active);
  metrics.gauge('recording_streams', 'Streams with an open recording', () => recorder.figures().streams);
  metrics.gauge('recording_bytes', 'Written to disks since the start, bytes', () => recorder.figures().bytesWritten);
  metrics.gauge(
    'recording_lost_fragments',
    'Fragments that came in and could not be written since the start',
    () => recorder.figures().lostFragments,
  );
  metrics.gauge('recording_queue', 'Writes and syncs that wait or run', () => recorder.figures().waiting);
  metrics.gauge('disk_free_bytes', 'Free on a recording disk, bytes', () => recorder.figures().freeBytes, 'disk');
  const looks = pictureRounds.figures;
  metrics.gauge('picture_looks', 'Looks at pictures since the start', () => looks().looks);
  metrics.gauge('picture_looks_failed', 'Looks at pictures that could not be decoded', () => looks().failedLooks);
  metrics.gauge('picture_decoder_ms', 'Time that decoding for looks took since the start, ms', () => looks().decoderMs);
  metrics.gauge(
    'picture_longest_wait_ms',
    'Age of the oldest last look at a camera with pictures, ms',
    () => looks().longestWaitMs,
  );
  measureWatching(metrics, parts.analytics.figures);
  metrics.gauge('directives_open', 'Directives that are open', () => parts.directives.openCounts().open);
  metrics.gauge('directives_overdue', 'Directives that are overdue', () => parts.directives.openCounts().overdue);
  metrics.gauge('rtsp_players', 'Players by RTSP', () => rtspOut.players);
  metrics.gauge('consoles', 'Consoles connected by socket.io', () => gateway.figures().clients);
}

function measureWatching(metrics: Metrics, figures: Analytics['figures']): void {
  metrics.gauge('watched_cameras', 'Cameras whose pictures are watched by rules', () => figures().cameras);
  metrics.gauge('watch_frames', 'Frames decoded for watching since the start', () => figures().frames);
  metrics.gauge(
    'watch_frames_dropped',
    'Frames that came while a look took too long, since the start',
    () => figures().dropped,
  );
  metrics.gauge(
    'watch_heartbeat_age_ms',
    'Since the whole picture was last looked at, of the camera for which it is longest, ms',
    () => figures().heartbeatAgeMs,
  );
  metrics.gauge(
    'detector_looks',
    'Pictures given to the detector since the start, by outcome',
    () => {
      const { looks, dropped, failed } = figures().detector;
      return { done: looks, dropped, failed };
    },
    'outcome',
  );
  metrics.gauge('detector_waiting', 'Pictures that wait for the detector', () => figures().detector.waiting);
  metrics.gauge(
    'detector_busy_ms',
    'Time that was spent looking, ms, of all that look side by side',
    () => figures().detector.busyMs,
  );
  metrics.gauge('detection_events_waiting', 'Events of rules that are not stored yet', () => figures().told.waiting);
  metrics.gauge('detection_events_lost', 'Events of rules that could not be stored', () => figures().told.lost);
}
