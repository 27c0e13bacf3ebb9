import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { PictureFault } from '#contracts/camera';
import { material } from '../../tests/material.ts';
import { createCameraHealth } from './camera-health.ts';
import { lookAt } from './look.ts';
import type { Picture } from './picture.ts';

/** Real scenes, looked at every ten seconds as by a camera: nothing is wrong with them, until something is done to them. */
const CLIPS = [
  'indoor_one_by_one_person',
  'campus_pedestrians_vtest',
  'street_cars',
  'parking_topdown_cars',
  'store_aisle',
  'fire_dollhouse',
];
const LOOK_MS = 10_000;

const HARM: readonly (readonly [PictureFault, string])[] = [
  ['black', 'drawbox=c=black:t=fill'],
  ['covered', 'drawbox=c=gray:t=fill'],
  ['covered', 'drawbox=w=iw*0.75:c=0x503020:t=fill'],
  ['blurred', 'boxblur=5'],
  ['turned', 'crop=iw*0.8:ih*0.8:0:0,scale=480:-2'],
  ['turned', 'rotate=10*PI/180'],
  ['frozen', 'loop=loop=-1:size=1:start=0,trim=end_frame=12'],
];

/** At most this many of a clip, one a second, as it is and with a harm. */
const PICTURES = { asItIs: 24, harmed: 12 };

function pictures(most: number, input: readonly string[], filter: string, stdin?: Buffer): Buffer {
  const args = [
    '-v',
    'error',
    ...input,
    '-an',
    '-vf',
    filter,
    '-frames:v',
    String(most),
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-f',
    'image2pipe',
    '-',
  ];
  return execFileSync('ffmpeg', args, { maxBuffer: 2 ** 28, ...(stdin === undefined ? {} : { input: stdin }) });
}

async function look(jpegs: Buffer): Promise<Picture[]> {
  const starts: number[] = [];
  const begins = Buffer.from('ffd8ff', 'hex');
  for (let at = jpegs.indexOf(begins); at >= 0; at = jpegs.indexOf(begins, at + 3)) starts.push(at);
  return Promise.all(starts.map((start, at) => lookAt(jpegs.subarray(start, starts[at + 1]))));
}

describe.each(CLIPS)('%s', (name) => {
  const clip = material(`clips/${name}.mp4`);

  it.skipIf(clip === undefined)(
    'is well, and each harm is told as what it is, and over when it is over',
    async () => {
      const plain = pictures(PICTURES.asItIs, ['-i', clip ?? ''], 'fps=1,scale=480:-2');
      const asItIs = await look(plain);
      const health = createCameraHealth({ steerable: () => false });
      let now = 0;
      const told: string[] = [];
      const see = (picture: Picture): void => {
        now += LOOK_MS;
        const { ended, begun } = health.look(picture, now);
        if (ended !== null) told.push(`-${ended}`);
        if (begun !== null) told.push(begun.fault);
      };
      // A quarter of an hour, the clip again and again.
      for (let at = 0; at < 90; at += 1) see(asItIs[at % asItIs.length] ?? fail());
      expect(told).toEqual([]);

      for (const [fault, filter] of HARM) {
        // A bare road looks alike wherever one looks.
        if (name === 'parking_topdown_cars' && filter.startsWith('crop')) continue;
        told.length = 0;
        const harmed = await look(pictures(PICTURES.harmed, ['-f', 'image2pipe', '-i', '-'], filter, plain));
        for (let at = 0; at < PICTURES.harmed; at += 1) see(harmed[at % harmed.length] ?? fail());
        const during = [...told];
        for (let at = 0; at < 15; at += 1) see(asItIs[at % asItIs.length] ?? fail());
        expect([filter, during, told]).toEqual([filter, [fault], [fault, `-${fault}`]]);
      }
    },
    120_000,
  );
});

function fail(): never {
  throw new Error('the clip has no pictures');
}
