import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { messageOf } from '#base/errors';
import type { SceneName } from '#contracts/camera';
import { FLAC_IN_MP4 } from '../../ffmpeg/arguments.ts';
import type { SceneSize, Scenes } from '../scenes.ts';
import { createLoop, type Loop } from './loop.ts';

/** How a drawn scene is encoded. */
export interface SceneEncoding extends SceneSize {
  readonly codec: 'h264' | 'h265';
  /** Bits per second, which the clip has as a whole and nearly in each second. */
  readonly bitrate: number;
  /** Seconds between two key frames. */
  readonly keyEvery: number;
}

/** Seconds of a drawn scene. */
const SCENE_SECONDS = 10;
const MOST_BYTES = 512 * 2 ** 20;
const LONGEST_MS = 300_000;

/** Reads a clip without encoding it again. Rejects where it holds no H.264 or H.265, or is larger than 512 MiB. */
export async function loopOfClip(ffmpegPath: string, file: string, signal: AbortSignal): Promise<Loop> {
  await access(file);
  const words = ['-i', file, '-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', ...FLAC_IN_MP4];
  try {
    return createLoop('Simulated camera', await runToMp4(ffmpegPath, words, signal));
  } catch (error) {
    throw new Error(`${file}: ${messageOf(error)}`);
  }
}

/** Draws and encodes ten seconds of a scene, with the noise of a sensor, so that the bits are needed. */
export async function loopOfScene(
  options: { readonly ffmpegPath: string; readonly scenes: Scenes },
  scene: SceneName,
  encoding: SceneEncoding,
  signal: AbortSignal,
): Promise<Loop> {
  const { inputs, filter } = options.scenes.unpaced(scene, encoding);
  const seconds = Math.ceil(SCENE_SECONDS / encoding.keyEvery) * encoding.keyEvery;
  const words = [
    ...inputs,
    ...['-filter_complex', `${filter},noise=alls=12:allf=t[out]`, '-map', '[out]', '-t', String(seconds)],
    ...encoderWords(encoding),
  ];
  return createLoop('Simulated camera', await runToMp4(options.ffmpegPath, words, signal));
}

function encoderWords({ codec, bitrate, fps, keyEvery }: SceneEncoding): string[] {
  const group = String(Math.round(fps * keyEvery));
  const rate = ['-b:v', String(bitrate), '-maxrate', String(bitrate), '-bufsize', String(bitrate)];
  const common = [...['-preset', 'superfast', '-tune', 'zerolatency', '-g', group, '-keyint_min', group], ...rate];
  return codec === 'h264'
    ? ['-c:v', 'libx264', ...common, '-sc_threshold', '0']
    : ['-c:v', 'libx265', ...common, '-tag:v', 'hvc1', '-x265-params', 'log-level=error:scenecut=0:bframes=0'];
}

/** Fragmented MP4 of what the words read. */
function runToMp4(ffmpegPath: string, words: readonly string[], signal: AbortSignal): Promise<Buffer> {
  const movie = ['-f', 'mp4', '-movflags', 'frag_keyframe+delay_moov+default_base_moof', 'pipe:1'];
  const child = spawn(ffmpegPath, ['-nostdin', '-loglevel', 'error', ...words, ...movie], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let said = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MOST_BYTES) return;
      said = `more than ${MOST_BYTES / 2 ** 20} MiB`;
      child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(said.trim() || 'FFmpeg ended without a word'));
    });
  });
}
