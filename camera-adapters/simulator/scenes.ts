import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { SceneName } from '#contracts/camera';
import { clockStripFilters } from './clock-strip.ts';
import { SCENE_ART } from './scene-art/index.ts';
import { type Actor, type Scene, type Sprite, UNITS } from './scene-art/picture.ts';

/**
 * Scenes as FFmpeg draws them: a still background, sprites that move over it, the time in figures and as a strip that a
 * program can read. What moves depends on the wall clock alone, so every stream of a scene shows the same moment.
 */
export interface Scenes {
  /** Renders what the scene needs, once per size. Rejects when the folder cannot be written. */
  arguments(scene: SceneName, size: SceneSize): Promise<SceneArguments>;
}

export interface SceneSize {
  /** Pixels, 16:9; multiples of 128 keep the clock strip exact. */
  readonly width: number;
  readonly height: number;
  /** Pictures per second. */
  readonly fps: number;
}

/** To be read in real time: FFmpeg's `-re` belongs before the first input. */
export interface SceneArguments {
  /** Words of FFmpeg; each input ends in `-i source`. */
  readonly inputs: readonly string[];
  /** From `[0:v]` and `[1:v]` to one output without label, whose times begin at 0. */
  readonly filter: string;
}

export interface ScenesOptions {
  /** Where the rendered pictures are kept; made when it is missing. */
  readonly folder: string;
  /** Minutes that the burnt-in time is ahead of UTC; those of this machine when absent. */
  readonly utcOffsetMinutes?: number;
}

/** Debian's fonts-dejavu-core; elsewhere FFmpeg asks fontconfig. */
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf';

export function createScenes(options: ScenesOptions): Scenes {
  const rendering = new Map<string, Promise<void>>();

  /** Two streams of one scene begin at the same time: the second waits for the first. */
  function once(path: string, render: () => Promise<void>): Promise<void> {
    const running = rendering.get(path) ?? render().finally(() => rendering.delete(path));
    rendering.set(path, running);
    return running;
  }

  async function picture(name: string, svg: string, size: SceneSize): Promise<string> {
    const digest = createHash('sha256').update(svg).digest('hex').slice(0, 12);
    const path = join(options.folder, `${name}-${size.width}x${size.height}-${digest}.png`);
    if (!existsSync(path)) await once(path, () => render(svg, path));
    return path;
  }

  return {
    async arguments(name, size) {
      const scene = SCENE_ART[name];
      const sheet = layOut(scene);
      const [background, sprites] = await Promise.all([
        picture(`${name}-background`, svgOf(scene.background, UNITS, size), size),
        picture(`${name}-sprites`, svgOf(sheet.svg, sheet, size), size),
      ]);
      return {
        inputs: [
          ['-f', 'lavfi', '-i', backgroundSource(background, size.fps)],
          ['-threads', '1', '-f', 'png_pipe', '-i', sprites],
        ].flat(),
        filter: filterOf(scene, sheet, size, options.utcOffsetMinutes ?? -new Date().getTimezoneOffset()),
      };
    },
  };
}

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
  /** Where each sprite begins, from the top. */
  readonly tops: ReadonlyMap<Sprite, number>;
}

/** All sprites of a scene under one another, so that FFmpeg reads one picture for all. */
function layOut(scene: Scene): Sheet {
  const tops = new Map<Sprite, number>();
  let height = 0;
  let svg = '';
  for (const { sprite } of scene.actors) {
    if (tops.has(sprite)) continue;
    tops.set(sprite, height);
    // An inner <svg> cuts off what sticks out of its box.
    svg += `<svg y="${height}" width="${sprite.width}" height="${sprite.height}">${sprite.svg}</svg>`;
    height += sprite.height;
  }
  return { width: Math.max(...[...tops.keys()].map((sprite) => sprite.width)), height, svg, tops };
}

function svgOf(content: string, units: { width: number; height: number }, size: SceneSize): string {
  const scale = size.width / UNITS.width;
  const [width, height] = [even(units.width * scale), even(units.height * scale)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${units.width} ${units.height}">${content}</svg>`;
}

/** Under a name of its own first: FFmpeg never sees half a picture. */
async function render(svg: string, path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    await sharp(Buffer.from(svg)).png({ compressionLevel: 6 }).toFile(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Decoded once and repeated: reading the file again for each picture would cost more than all the rest. */
function backgroundSource(path: string, fps: number): string {
  return `movie=filename=${escapeOption(path)},format=yuv420p,loop=loop=-1:size=1:start=0,setpts=N/(${fps}*TB),fps=${fps}`;
}

/** FFmpeg's quoting and escaping, once for the filter's option and once for the graph around it. */
function escapeOption(text: string): string {
  return text.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
}

function filterOf(scene: Scene, sheet: Sheet, size: SceneSize, utcOffsetMinutes: number): string {
  const { actors } = scene;
  const scale = size.width / UNITS.width;
  const uses = actors.map((_, index) => `[s${index}]`).join('');
  const cut = ({ sprite }: Actor, index: number): string => {
    const top = even((sheet.tops.get(sprite) ?? 0) * scale);
    return `[s${index}]crop=${even(sprite.width * scale)}:${even(sprite.height * scale)}:0:${top}[a${index}]`;
  };
  const place = ({ x, y, visible }: Actor, index: number): string => {
    const enable = visible === undefined ? '' : `:enable='${visible}'`;
    return `[b${index}][a${index}]overlay=x='(${x})*${scale}':y='(${y})*${scale}'${enable}[b${index + 1}]`;
  };
  return [
    // One look at the wall clock per picture: movement, figures and strip all tell the same moment.
    "[0:v]settb=1/1000,setpts='RTCTIME/(TB*1000000)'[b0]",
    `[1:v]format=yuva420p,split=${actors.length}${uses}`,
    ...actors.map(cut),
    ...actors.map(place),
    [
      `[b${actors.length}]${timeInFigures(size, utcOffsetMinutes)}`,
      clockStripFilters(size.width, size.height),
      // Back to small times: FLV cannot carry milliseconds since 1970.
      `setpts='N/(${size.fps}*TB)'`,
    ].join(','),
  ].join(';');
}

/** "DEMO 24/11/2026 09:54:32.1"; FFmpeg 5.1 has no fractions of a second of its own. */
function timeInFigures(size: SceneSize, utcOffsetMinutes: number): string {
  const margin = Math.round(size.width / 80);
  const font = existsSync(FONT) ? `fontfile=${FONT}` : 'font=monospace';
  const time = `%{pts\\:gmtime\\:${utcOffsetMinutes * 60}\\:%d/%m/%Y %H\\\\\\:%M\\\\\\:%S}`;
  const tenths = '%{eif\\:mod(floor(t*10+0.0005)\\,10)\\:d}';
  return `drawtext=${font}:fontsize=${Math.round(size.width / 36)}:fontcolor=white:x=${margin}:y=${margin}:box=1:boxcolor=black@0.5:boxborderw=${Math.round(margin / 2)}:text='DEMO ${time}.${tenths}'`;
}

function even(pixels: number): number {
  return Math.ceil(pixels / 2) * 2;
}
