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
}

export async function createHlsPlayer(options: HlsPlayerOptions): Promise<HlsPlayer> {
  const { video, url } = options;
  video.playsInline = true;
  // Loaded when it is needed: most people never do.
  const { default: Player } = await import('hls.js');
  if (!Player.isSupported()) return native(options);
  const hls: Hls = new Player({
    lowLatencyMode: true,
    backBufferLength: 6,
    maxBufferLength: 6,
    liveSyncDuration: 0.4,
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
