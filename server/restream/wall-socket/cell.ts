import type { Clock } from '#base/clock';
import type { StreamStatus } from '#contracts/camera';
import type { StartAt, StreamInfo, StreamItem, StreamRole } from '#contracts/media';
import type { CellQuality, DegradeReason, ServedQuality, WallNotice } from '#contracts/wall-frame';
import type { Hub } from '../hub.ts';
import type { Stills } from '../snapshot.ts';
import type { Transcodes } from '../transcode.ts';
import { type CellLoad, LEVELS, type Level } from './back-pressure.ts';
import { type Feed, openFeed, type Unplayable } from './feed.ts';
import type { Line } from './line.ts';
import { createStillLoop, type StillLoop } from './still-loop.ts';
import type { StreamStatuses } from './viewer.ts';

/** What all cells of all clients share. */
export interface CellServices {
  readonly hub: Hub;
  readonly transcodes: Transcodes;
  readonly stills: Stills;
  readonly statuses: StreamStatuses;
  readonly clock: Clock;
  /** Payload of the init frame of a stream; made once for all. */
  readonly initPayload: (info: StreamInfo) => Uint8Array;
}

/** One cell of one client: chooses what it reads, sends it while it may, and says what it is sending. */
export interface Cell {
  readonly number: number;
  readonly cameraId: string;
  readonly priority: number;
  /** Sends what is in memory, as far as `admitted` allows. */
  pump(): void;
  adjust(quality: CellQuality, priority: number): void;
  /** The browser told what it cannot play: what is unplayable starts anew. */
  playing(cannotPlay: Unplayable): void;
  /** The stream's state or the camera's streams may have changed. */
  refresh(): void;
  /** For the policy; resets `pressed`. */
  load(): CellLoad;
  moveTo(level: number): void;
  close(): void;
}

/** Held back for so long is pressure, even where the camera's groups are so long that nothing was lost yet. */
const HELD_MS = 2000;

export function createCell(deps: {
  services: CellServices;
  line: Line;
  number: number;
  cameraId: string;
  quality: CellQuality;
  priority: number;
  cannotPlay: Unplayable;
  /** Whether this cell may send now. */
  admitted: (cell: Cell) => boolean;
  /** The camera was removed. */
  onEnd: () => void;
}): Cell {
  const { services, line, number, cameraId } = deps;
  const { clock } = services;
  let { quality, priority, cannotPlay } = deps;
  /** Place in `levels()` that the line allows. */
  let allowed = 0;
  /** What is being sent, and what will be as soon as it has a picture. */
  let current: Feed | undefined;
  let pending: Feed | undefined;
  let stillLoop: StillLoop | undefined;
  /** Left-out fragments lie behind: nothing before a key frame can be decoded. */
  let needKey = true;
  let sentPicture = false;
  let heldSinceMs: number | undefined;
  let skipped = false;
  let lastNotice = '';
  let closed = false;

  const streams = (): readonly StreamStatus[] => services.statuses.statuses(cameraId);
  const has = (role: StreamRole): boolean => streams().some((status) => status.role === role);
  const small = (): StreamRole => (has('sub') ? 'sub' : 'main');

  /** Best first, from what was asked for. */
  function levels(): readonly Level[] {
    const existing = LEVELS.filter((level) => (level === 'main' || level === 'sub' ? has(level) : true));
    const asked = quality === 'auto' || (quality === 'sub' && !has('sub')) ? small() : quality;
    return existing.slice(Math.max(0, existing.indexOf(asked)));
  }
  const level = (): Level => {
    const all = levels();
    return all[Math.min(allowed, all.length - 1)] ?? 'stills';
  };
  const roleOf = (at: Level): StreamRole => (at === 'main' && has('main') ? 'main' : small());
  /** Without a transcoder, stills are what is left. */
  const refused = (): boolean => current?.refused === true;

  const open = (role: StreamRole, from: StartAt = 'latestGroup'): Feed =>
    openFeed({
      from,
      hub: services.hub,
      transcodes: services.transcodes,
      key: { cameraId, role },
      cannotPlay,
      wake: pump,
    });

  function closeFeeds(): void {
    current?.close();
    pending?.close();
    current = undefined;
    pending = undefined;
  }

  /** Reads a stream; the other one stands in while this one has no picture. */
  function follow(role: StreamRole): void {
    const other: StreamRole = role === 'main' ? 'sub' : 'main';
    const standIn = has(other) && services.hub.stream({ cameraId, role: other }).fresh();
    if (current?.role === role) {
      pending?.close();
      pending = undefined;
      const down = streams().some((status) => status.role === role && status.state === 'down');
      if (!down || !standIn) return;
      current.close();
      current = open(other);
      pending = open(role, 'nextGroup');
    } else if (pending?.role !== role) {
      pending?.close();
      pending = undefined;
      if (current === undefined && standIn && !services.hub.stream({ cameraId, role }).fresh()) current = open(other);
      if (current === undefined) current = open(role);
      else pending = open(role);
    }
  }

  /** Brings what is read in line with what should be. The old picture goes on until the new one has a key frame. */
  function retarget(): void {
    if (closed) return;
    const at = level();
    const role = roleOf(at);
    if (at === 'stills') {
      closeFeeds();
      startStills(role);
    } else {
      follow(role);
      if (!refused()) stopStills();
    }
    pump();
    report();
  }

  function startStills(role: StreamRole): void {
    stillLoop ??= createStillLoop({
      stills: services.stills,
      clock,
      key: { cameraId, role },
      maySend: () => deps.admitted(cell),
      send: (still) => {
        line.frame(
          { kind: 'still', cell: number, keyframe: true, generation: 0, wallClockMs: still.wallClockMs },
          still.jpeg,
        );
        sentPicture = true;
        report();
      },
    });
  }

  function stopStills(): void {
    stillLoop?.stop();
    stillLoop = undefined;
  }

  /** The feed that was waited for takes over with its first item. */
  function takeNext(): StreamItem | undefined {
    const item = pending?.take();
    if (pending !== undefined && (item !== undefined || pending.refused)) {
      current?.close();
      current = pending;
      pending = undefined;
      return item;
    }
    return current?.take();
  }

  function pump(): void {
    if (closed) return;
    while (current?.behind === true || pending?.behind === true) {
      if (!deps.admitted(cell)) {
        hold();
        return;
      }
      const item = takeNext();
      if (item === undefined) break;
      heldSinceMs = undefined;
      send(item);
      if (closed) return;
    }
    if (refused() && stillLoop === undefined) {
      startStills(roleOf(level()));
      report();
    }
  }

  function hold(): void {
    heldSinceMs ??= clock.monotonic();
    if (current?.skipToNewestKey()) skipped = true;
  }

  function send(item: StreamItem): void {
    if (item.type === 'info') {
      const { generation } = item.info;
      line.frame(
        { kind: 'init', cell: number, keyframe: false, generation, wallClockMs: 0 },
        services.initPayload(item.info),
      );
      needKey = true;
      report();
    } else if (item.type === 'fragment') {
      const { keyframe, generation, wallClockMs, bytes } = item.fragment;
      if (!keyframe && (needKey || level() === 'keyframes')) {
        needKey = true;
        return;
      }
      needKey = false;
      line.frame({ kind: 'fragment', cell: number, keyframe, generation, wallClockMs }, bytes);
      if (!sentPicture) {
        sentPicture = true;
        report();
      }
    } else if (item.type === 'end') {
      deps.onEnd();
    }
  }

  function serving(): ServedQuality {
    if (!sentPicture) return 'none';
    if (stillLoop !== undefined) return 'stills';
    const at = level();
    return at === 'keyframes' || at === 'stills' ? at : (current?.role ?? 'none');
  }

  function because(): DegradeReason | null {
    if (refused()) return 'transcoders';
    if (allowed > 0) return 'line';
    if (stillLoop === undefined && current !== undefined && current.role !== roleOf(level())) return 'noPicture';
    return null;
  }

  function report(): void {
    if (closed) return;
    const role = current?.role ?? roleOf(level());
    const status = streams().find((each) => each.role === role);
    if (status === undefined) return;
    const reason = because();
    const { state, fault, sinceMs, lastFrameMs } = status;
    const notice: WallNotice = {
      type: 'cell',
      cell: number,
      state,
      fault,
      sinceMs,
      lastFrameMs,
      serving: serving(),
      role,
      degraded: reason !== null,
      transcoded: current?.transcoded ?? false,
      because: reason,
    };
    // The time of the last frame changes all the time; it is told with what else changes.
    const text = JSON.stringify({ ...notice, lastFrameMs: null });
    if (text === lastNotice) return;
    lastNotice = text;
    line.notice(notice);
  }

  const cell: Cell = {
    number,
    cameraId,
    get priority() {
      return priority;
    },
    pump,
    adjust(toQuality, toPriority) {
      if (toQuality !== quality) allowed = 0;
      quality = toQuality;
      priority = toPriority;
      retarget();
    },
    playing(kinds) {
      cannotPlay = kinds;
      closeFeeds();
      retarget();
    },
    refresh: retarget,
    load() {
      const held = heldSinceMs !== undefined && clock.monotonic() - heldSinceMs > HELD_MS;
      const pressed = skipped || held;
      skipped = false;
      const all = levels();
      return { cell: number, priority, levels: all, at: Math.min(allowed, all.length - 1), pressed };
    },
    moveTo(to) {
      allowed = to;
      retarget();
    },
    close() {
      closed = true;
      closeFeeds();
      stopStills();
    },
  };
  retarget();
  return cell;
}
