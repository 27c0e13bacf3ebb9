import type Hls from 'hls.js';

/**
 * LL-HLS for one cell, where the wall socket cannot be had. It is slower by half a second and takes a connection of
 * its own: a browser has six for each server, so only the cells that can be seen should use it.
 */
export interface HlsPlayer {
  /** As `MsePlayer.shownWallClockMs`, from EXT-X-PROGRAM-DATE-TIME. */
  shownWallClockMs(): number | null;
  close(): void;
}

export interface HlsPlayerOptions {
  readonly video: HTMLVideoElement;
  readonly url: string;
  readonly onBroken: (why: string) => void;
  /** Asked once the player is loaded: another may have the element by then. */
  readonly isWanted: () => boolean;
}

/** Seconds behind the newest picture: so much, and so many parts, of which the newest is still being made. */
const LEAST_BEHIND = 0.4;
const PARTS_BEHIND = 2;

/** `null` where it is not wanted any more. */
export async function createHlsPlayer(options: HlsPlayerOptions): Promise<HlsPlayer | null> {
  const { video, url } = options;
  // Loaded when it is needed: most people never do.
  const { default: Player } = await import('hls.js');
  if (!options.isWanted()) return null;
  video.playsInline = true;
  if (!Player.isSupported()) return native(options);
  const hls: Hls = new Player({
    lowLatencyMode: true,
    backBufferLength: 6,
    maxBufferLength: 6,
    liveSyncDuration: LEAST_BEHIND,
    liveSyncOnStallIncrease: 0.2,
    liveMaxLatencyDuration: 4,
    maxLiveSyncPlaybackRate: 1.3,
    enableWorker: true,
  });
  hls.on(Player.Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    if (data.type === Player.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else options.onBroken(data.details);
  });
  hls.once(Player.Events.LEVEL_LOADED, (_, { details }) => {
    const behind = PARTS_BEHIND * details.partTarget;
    if (behind > LEAST_BEHIND) hls.targetLatency = behind;
  });
  hls.on(Player.Events.MANIFEST_PARSED, () => void video.play().catch(() => {}));
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    shownWallClockMs: () => hls.playingDate?.getTime() ?? null,
    close() {
      hls.destroy();
      video.removeAttribute('src');
      video.load();
    },
  };
}

/** Safari on phones plays HLS by itself. */
function native({ video, url, onBroken }: HlsPlayerOptions): HlsPlayer {
  const failed = (): void => onBroken(video.error?.message ?? 'cannot play');
  video.addEventListener('error', failed);
  video.src = url;
  void video.play().catch(() => {});
  return {
    shownWallClockMs: () => null,
    close() {
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
