import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { SCENES, type SceneName } from '#contracts/camera';
import { clockStripFilter, onWallClock } from './clock-strip.ts';
import { demoMark, type Shape } from './scene-art.ts';
import { type Mover, VIEWS } from './scene-views.ts';

/** Synthetic pictures in motion, drawn by FFmpeg from a few small pictures of ours. */
export interface Scenes {
  /** Pictures of `width` × `height` pixels (even, at least 240 × 136), `fps` a second, at the pace of the clock. */
  arguments(scene: SceneName, size: SceneSize): SceneArguments;
  /** The same as fast as they can be drawn, without the time in them: for a clip that is shown again and again. */
  unpaced(scene: SceneName, size: SceneSize): SceneArguments;
}

export interface SceneSize {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export interface SceneArguments {
  /** FFmpeg's words for the inputs, each ending in `-i file`. */
  readonly inputs: readonly string[];
  /** A filter graph with one output, which has no label; its first input is number `firstInput`. */
  readonly filter: string;
}

const VIEW_WIDTH = 1280;
const VIEW_HEIGHT = 720;
const run = promisify(execFile);
/** Each thread's stack counts where memory is limited, and by default there is one for each core in each file and filter. */
const ONE_THREAD = ['-filter_complex_threads', '1'];

interface Drawn {
  readonly background: string;
  readonly movers: readonly { readonly file: string; readonly mover: Mover }[];
}

/**
 * Draws what is not in `folder` yet; whole files appear at once, so two servers may share it. Rejects when the folder
 * cannot be written.
 */
export async function prepareScenes(folder: string, options: { ffmpegPath?: string } = {}): Promise<Scenes> {
  await mkdir(folder, { recursive: true });
  const drawn = new Map<SceneName, Drawn>();
  for (const name of SCENES) {
    const { still, movers } = VIEWS[name];
    const mark = demoMark();
    const marked = `${still}<g transform="translate(${VIEW_WIDTH - mark.width - 20} 20)">${mark.body}</g>`;
    drawn.set(name, {
      background: await draw(folder, `${name}`, { width: VIEW_WIDTH, height: VIEW_HEIGHT, body: marked }, false),
      movers: await Promise.all(
        movers.map(async (mover, at) => ({
          mover,
          file: await draw(folder, `${name}-${at}`, mover.shape, mover.to[0] < mover.from[0]),
        })),
      ),
    });
  }
  const clock = await canDrawText(options.ffmpegPath ?? 'ffmpeg');

  function artOf(scene: SceneName): Drawn {
    const art = drawn.get(scene);
    if (art === undefined) throw new Error(`no scene '${scene}'`);
    return art;
  }

  return {
    arguments: (scene, size) => sceneArguments(artOf(scene), size, clock ? 'clock and text' : 'clock'),
    unpaced: (scene, size) => sceneArguments(artOf(scene), size, 'unpaced'),
  };
}

/** Puts several scenes side by side into one FFmpeg: inputs one after another, and graphs with outputs `[out0]` … */
export function sceneGraphs(scenes: Scenes, scene: SceneName, sizes: readonly SceneSize[]): SceneArguments {
  const parts = sizes.map((size) => scenes.arguments(scene, size));
  let first = 0;
  const filters = parts.map(({ inputs, filter }, index) => {
    const moved = filter.replace(/\[(\d+):v\]/g, (_, at: string) => `[${Number(at) + first}:v]`);
    first += inputs.filter((word) => word === '-i').length;
    // Names within a graph are one space for all of them.
    return `${moved.replace(/\[([a-z]\d+)\]/g, `[$1s${index}]`)}[out${index}]`;
  });
  return { inputs: parts.flatMap(({ inputs }) => inputs), filter: filters.join(';') };
}

function sceneArguments(
  art: Drawn,
  { width, height, fps }: SceneSize,
  time: 'clock and text' | 'clock' | 'unpaced',
): SceneArguments {
  const paced = time !== 'unpaced';
  const text = time === 'clock and text' ? [clockText(width)] : [];
  const factor = width / VIEW_WIDTH;
  const files = [art.background, ...art.movers.map(({ file }) => file)];
  const steps = [
    // Each file is decoded and scaled once: FFmpeg's own `-loop` would decode the PNG for each picture.
    `[0:v]scale=${width}:${height}:flags=area,format=yuv420p,loop=loop=-1:size=1,settb=1/1000000,setpts=N*1000000/${fps}${paced ? ',realtime' : ''}[b0]`,
    ...art.movers.map(({ mover }, at) => {
      const scale = mover.scale * factor;
      return `[${at + 1}:v]scale=${even(mover.shape.width * scale)}:${even(mover.shape.height * scale)}:flags=area,format=yuva420p[m${at}]`;
    }),
    ...art.movers.map(({ mover }, at) => `[b${at}][m${at}]${overlay(mover, factor)}[b${at + 1}]`),
    `[b${art.movers.length}]${paced ? onWallClock([...text, clockStripFilter()].join(','), fps) : 'null'}`,
  ];
  return {
    inputs: [...ONE_THREAD, ...files.flatMap((file) => ['-threads', '1', '-framerate', String(fps), '-i', file])],
    filter: steps.join(';'),
  };
}

const even = (pixels: number): number => Math.max(2, Math.round(pixels / 2) * 2);

function overlay({ from, to, seconds, begin, back }: Mover, factor: number): string {
  const turn = `t/${seconds}+${begin}`;
  const part = back === true ? `abs(mod(${turn},2)-1)` : `mod(${turn},1)`;
  const along = (start: number, end: number): string =>
    start === end
      ? `${(start * factor).toFixed(1)}`
      : `${(start * factor).toFixed(1)}+${((end - start) * factor).toFixed(1)}*${part}`;
  return `overlay=x='${along(from[0], to[0])}':y='${along(from[1], to[1])}-h':eval=frame`;
}

/** For people: date and time of the server, top left, with a ground that keeps it readable. */
function clockText(width: number): string {
  const size = Math.max(12, Math.round(width / 40));
  return `drawtext=font='DejaVu Sans Mono':text='%{localtime\\:%d/%m/%Y %T}':x=${size / 2}:y=${size / 2}:fontsize=${size}:fontcolor=white:box=1:boxcolor=black@0.5:boxborderw=${Math.round(size / 4)}`;
}

/** Needs a build of FFmpeg with it, and a font on the machine; the scenes do without. */
async function canDrawText(ffmpegPath: string): Promise<boolean> {
  const graph = `color=s=320x180:d=0.1,${clockText(320)}`;
  const words = ['-loglevel', 'error', '-f', 'lavfi', '-i', graph, '-frames:v', '1', '-f', 'null', '-'];
  return run(ffmpegPath, words, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** The name holds a sum of what is drawn: a new release never shows an old picture. */
async function draw(folder: string, name: string, { width, height, body }: Shape, mirrored: boolean): Promise<string> {
  const content = mirrored ? `<g transform="translate(${width} 0) scale(-1 1)">${body}</g>` : body;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
  const file = join(folder, `${name}-${createHash('sha256').update(svg).digest('hex').slice(0, 12)}.png`);
  const known = await stat(file).catch(() => null);
  if (known !== null) return file;
  const partial = `${file}.${process.pid}.part`;
  await writeFile(partial, await sharp(Buffer.from(svg)).png().toBuffer());
  await rename(partial, file);
  return file;
}
