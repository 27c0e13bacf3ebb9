import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { SceneName } from '#contracts/camera';
import { type SceneSize, type Scenes, sceneGraphs } from './scenes.ts';

/** Where one size of a scene is sent. */
export interface PublishTarget extends SceneSize {
  /** rtsp:// or rtmp://; holds the secret of the publisher. */
  readonly url: string;
  readonly codec: 'h264' | 'h265';
}

export interface PublisherOptions {
  readonly ffmpegPath: string;
  readonly scenes: Scenes;
  readonly scene: SceneName;
  /** At least one; all are drawn by one FFmpeg, and start again together. */
  readonly targets: readonly PublishTarget[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** A simulated camera that sends by itself, from now on until it is stopped. */
export interface ScenePublisher {
  /** How often FFmpeg was started. */
  readonly starts: number;
  readonly pid: number | undefined;
  /** Resolves when its FFmpeg is gone. */
  stop(): Promise<void>;
}

const KILL_AFTER_MS = 1000;
/** ms after which a start counts as good, and the next failure waits shortly again. */
const STEADY_MS = 10_000;
const KEPT_OUTPUT = 2000;

export function startPublisher(options: PublisherOptions): ScenePublisher {
  const { clock, log } = options;
  const waits = backOff({ firstMs: 500, maxMs: 15_000 });
  const words = publishWords(options);
  let child: ChildProcess | undefined;
  let starts = 0;
  let cancelStart: (() => void) | undefined;
  let stopping: Promise<void> | undefined;
  let gone = Promise.resolve();

  function start(): void {
    starts += 1;
    const begun = clock.monotonic();
    let said = '';
    const running = spawn(options.ffmpegPath, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        LANG: 'C.UTF-8',
        ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
      },
    });
    child = running;
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_OUTPUT);
    });
    running.on('error', (error) => {
      said += error.message;
    });
    gone = new Promise((resolve) => {
      running.once('close', () => {
        resolve();
        if (stopping !== undefined) return;
        if (clock.monotonic() - begun > STEADY_MS) waits.reset();
        const waitMs = waits.next();
        log.warn(
          { scene: options.scene, waitMs, detail: withoutAddresses(said) },
          'a simulated camera stopped sending',
        );
        cancelStart = clock.after(waitMs, start);
      });
    });
  }

  async function end(): Promise<void> {
    cancelStart?.();
    child?.kill('SIGTERM');
    // A real timer: it ends a real process, whatever the clock of the house is.
    const killer = setTimeout(() => child?.kill('SIGKILL'), KILL_AFTER_MS);
    await gone;
    clearTimeout(killer);
  }

  start();
  return {
    get starts() {
      return starts;
    },
    get pid() {
      return child?.pid;
    },
    stop() {
      stopping ??= end();
      return stopping;
    },
  };
}

/** FFmpeg names the address in its complaints, and the address names the secret. */
function withoutAddresses(text: string): string {
  return text.replace(/\b(rtsp|rtmp):\/\/\S+/g, '$1://…').trim();
}

function publishWords({ scenes, scene, targets }: PublisherOptions): string[] {
  const { inputs, filter } = sceneGraphs(scenes, scene, targets);
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', ...inputs, '-filter_complex', filter],
    ...targets.flatMap((target, index) => [
      ...['-map', `[out${index}]`, ...codecWords(target), '-g', String(target.fps * 2), '-threads', '1'],
      ...(target.url.startsWith('rtmp:') ? ['-f', 'flv', '-flvflags', 'no_duration_filesize'] : RTSP),
      target.url,
    ]),
  ];
}

const RTSP = ['-f', 'rtsp', '-rtsp_transport', 'tcp'];

function codecWords({ codec, width }: PublishTarget): string[] {
  const rate = width > 640 ? '2M' : '700k';
  const bounds = ['-crf', codec === 'h264' ? '25' : '28', '-maxrate', rate, '-bufsize', rate];
  return codec === 'h264'
    ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', ...bounds]
    : [
        ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tune', 'zerolatency', ...bounds],
        ...['-x265-params', 'log-level=error:pools=none:frame-threads=1:scenecut=0'],
      ];
}
