import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { type House, openHouse } from '../architecture/house.ts';
import { makeClip } from '../fakes/clip-camera.ts';
import { recordLive } from '../fakes/recorded.ts';
import { cameraInput } from '../fakes/register.ts';
import { openPage } from './browser.ts';

/** Real clips, recorded as if three hours ago, in the house with its built console. */
export interface RecordedClips {
  readonly house: House;
  /** Cameras, in the order of the clips. */
  readonly ids: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  /** That person's requests. */
  readonly headers: Readonly<Record<string, string>>;
  /** A page of somebody who may look back and export. */
  open(
    browser: Browser,
    viewport: { width: number; height: number },
  ): Promise<{ page: Page; context: BrowserContext; problems: string[] }>;
  /** The playback page with all cameras at so many ms from the start. */
  address(ms: number): string;
}

const AGO_MS = 3 * 3_600_000;

export async function recordClips(
  clips: readonly { name: string; file: string; mark?: { picture: number; colour: string } }[],
  seconds: number,
  /** Recorded so often, one behind the other. */
  times = 1,
): Promise<RecordedClips> {
  const house = await openHouse({
    consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)),
    decoder: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
  });
  const startMs = Math.floor((Date.now() - AGO_MS) / 60_000) * 60_000;
  const recorded = new Map<string, Awaited<ReturnType<typeof makeClip>>>();
  for (const { name, ...clip } of clips) {
    const { camera } = await house.register.create(cameraInput({ name }));
    recorded.set(camera.id, await makeClip({ ...clip, seconds }));
  }
  for (let time = 0; time < times; time += 1) {
    const fromMs = startMs + time * seconds * 1000;
    await recordLive({ ...house.recording, clips: recorded, startMs: fromMs, segmentMinutes: 1 });
  }
  await house.person('lead', [{ role: 'shift_lead', scope: house.scopes.all }]);
  const { headers } = await house.signIn('lead', () => true);
  const [name = '', ...value] = (headers.cookie ?? '').split('=');
  const ids = [...recorded.keys()];
  return {
    house,
    ids,
    startMs,
    endMs: startMs + times * seconds * 1000,
    headers,
    async open(browser, viewport) {
      const opened = await openPage(browser, { viewport });
      await opened.context.addCookies([{ name, value: value.join('='), url: house.url }]);
      return opened;
    },
    address: (ms) => `${house.url}/playback?cameras=${ids.join(',')}&at=${new Date(startMs + ms).toISOString()}`,
  };
}
