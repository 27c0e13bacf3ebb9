import type { StreamRole } from '#contracts/media';
import type { CellAsk } from './cell-policy.ts';
import { createHlsPlayer, type HlsPlayer } from './hls-player.ts';
import { canPlay, createMsePlayer, type MsePlayer, tracksIn } from './mse-player.ts';
import type { CellNotice, Line, Refusal, WallClient, WallSubscription } from './wall-client.ts';

/**
 * One cell's picture, whichever way it comes: over the wall socket, or by LL-HLS while the socket cannot be had. It
 * owns the `<video>` and the `<img>` that it is given, and never asks a framework to draw.
 */
export interface CellVideo {
  ask(ask: CellAsk): void;
  /** Age of the picture that is shown, in ms; `null` when none was ever shown. */
  ageMs(): number | null;
  /** What is shown, at full size. */
  picture(): HTMLVideoElement | HTMLImageElement | null;
  close(): void;
}

export interface CellStatus {
  readonly path: 'ws' | 'hls';
  readonly notice: CellNotice | null;
  readonly refused: Refusal | null;
  /** The browser could not play what came; shown until something plays again. */
  readonly broken: string | null;
  /** The stream that comes over the wall socket has sound; `null` where none has come. */
  readonly hasSound: boolean | null;
}

export interface CellVideoOptions {
  readonly wall: WallClient;
  readonly cameraId: string;
  readonly video: HTMLVideoElement;
  readonly still: HTMLImageElement;
  readonly ask: CellAsk;
  /** Address of the LL-HLS playlist of a stream. */
  readonly hlsUrl: (role: StreamRole) => string;
  readonly onStatus: (status: CellStatus) => void;
}

/** A player that fails is made anew after so long, each time twice as long until there was a picture. */
const RENEW_MS = 2000;
const MOST_RENEW_MS = 60_000;

export function createCellVideo(options: CellVideoOptions): CellVideo {
  const { wall, video, still } = options;
  let ask = options.ask;
  let status: CellStatus = { path: 'ws', notice: null, refused: null, broken: null, hasSound: null };
  let player: MsePlayer | undefined;
  let hls: { readonly role: StreamRole } | undefined;
  let hlsShown: HlsPlayer | undefined;
  let subscription: WallSubscription | undefined;
  let stillAtMs: number | null = null;
  let stillUrl = '';
  let shownAtMs: number | null = null;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;
  let renewMs = RENEW_MS;
  let closed = false;

  function tell(change: Partial<CellStatus>): void {
    status = { ...status, ...change };
    options.onStatus(status);
  }

  const makePlayer = (): MsePlayer => createMsePlayer({ video, onBroken, onPicture: showVideo });

  function subscribe(): void {
    // It gets ready while the question is on its way.
    if (ask.quality !== 'stills') player = makePlayer();
    subscription = wall.subscribe(
      { cameraId: options.cameraId, ...ask },
      {
        init(mimeType, bytes) {
          // Nothing is opened for a type that will be refused again with each renewal.
          if (!canPlay(mimeType)) return onBroken(`this browser cannot play ${mimeType}`);
          player ??= makePlayer();
          const hasSound = tracksIn(mimeType) > 1;
          if (status.hasSound !== hasSound) {
            keepPicture();
            tell({ hasSound });
          }
          player.init(mimeType, bytes);
        },
        fragment: (bytes, wallClockMs) => player?.fragment(bytes, wallClockMs),
        still: showStill,
        notice: (notice) => tell({ notice, refused: null }),
        refused: (refused) => tell({ refused }),
      },
    );
  }

  function onBroken(why: string): void {
    player?.close();
    player = undefined;
    tell({ broken: why });
    clearTimeout(renewTimer);
    renewTimer = setTimeout(() => subscription?.renew(), renewMs);
    renewMs = Math.min(MOST_RENEW_MS, renewMs * 2);
  }

  function showVideo(): void {
    renewMs = RENEW_MS;
    stillAtMs = null;
    still.hidden = true;
    if (status.broken !== null) tell({ broken: null });
  }

  /** Where sound comes or goes the player begins anew; but for the frame that decoding it takes, this covers the gap. */
  function keepPicture(): void {
    const wallClockMs = player?.shownWallClockMs() ?? null;
    if (wallClockMs === null || !still.hidden || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    still.src = canvas.toDataURL('image/jpeg');
    still.hidden = false;
    stillAtMs = wallClockMs;
  }

  function showStill(jpeg: Uint8Array, wallClockMs: number): void {
    URL.revokeObjectURL(stillUrl);
    stillUrl = URL.createObjectURL(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
    still.src = stillUrl;
    still.hidden = false;
    stillAtMs = wallClockMs;
  }

  /** Where the socket is blocked the visible cells take LL-HLS; a still needs no connection that stays open. */
  const stopLine = wall.onLine((line: Line) => {
    if (line === 'blocked') openHls();
    else if (line === 'open') {
      closeHls();
      tell({ path: 'ws' });
    }
  });

  function openHls(): void {
    const role: StreamRole = ask.quality === 'main' ? 'main' : 'sub';
    if (closed || hls?.role === role) return;
    closeHls();
    const wish = { role };
    hls = wish;
    void startHls(role, () => hls === wish && !closed);
  }

  /** While the server itself is away the last picture stays, grey and with its age; LL-HLS has nothing to show then. */
  async function startHls(role: StreamRole, isWanted: () => boolean): Promise<void> {
    const url = options.hlsUrl(role);
    while (!(await answers(url))) {
      await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
      if (!isWanted()) return;
    }
    if (!isWanted()) return;
    player?.close();
    player = undefined;
    tell({ path: 'hls', notice: null, hasSound: null });
    showVideo();
    try {
      const onBroken = (why: string): void => tell({ broken: why });
      hlsShown = (await createHlsPlayer({ video, url, onBroken, isWanted })) ?? hlsShown;
    } catch (error) {
      // The player itself is loaded from the server, which may go in between.
      if (isWanted()) tell({ broken: String(error) });
    }
  }

  function closeHls(): void {
    hls = undefined;
    hlsShown?.close();
    hlsShown = undefined;
  }

  subscribe();

  return {
    ask(next) {
      ask = next;
      if (hls === undefined) subscription?.adjust(next.quality, next.priority);
      else openHls();
    },
    ageMs() {
      const wallClockMs = stillAtMs ?? hlsShown?.shownWallClockMs() ?? player?.shownWallClockMs() ?? shownAtMs;
      shownAtMs = wallClockMs;
      return wallClockMs === null ? null : Math.max(0, wall.serverNow() - wallClockMs);
    },
    picture() {
      if (!still.hidden) return still;
      return video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null;
    },
    close() {
      closed = true;
      clearTimeout(renewTimer);
      stopLine();
      subscription?.end();
      closeHls();
      player?.close();
      URL.revokeObjectURL(stillUrl);
      still.removeAttribute('src');
    },
  };
}

/** Is anybody there? An error of HTTP is an answer too. */
async function answers(url: string): Promise<boolean> {
  return fetch(url, { cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}
