import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { ReportInput } from '#contracts/reports';
import type { DemoArea } from './departments/department.ts';

/** Invented people who now and then report something through the public page's own interface, as anybody would. */
export interface Citizens {
  start(): void;
  stop(): Promise<void>;
}

export interface CitizenOptions {
  /** Of the server, without a slash at the end. */
  readonly url: () => string;
  /** How many of them report in an hour, about; 0: nobody. */
  readonly perHour: number;
  readonly communes: () => readonly DemoArea[];
  /** Reports that wait for somebody: nobody adds to a pile. */
  readonly waiting: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1. */
  readonly random?: () => number;
}

const HOUR_MS = 3_600_000;
const LEAST_APART_MS = 20_000;
const MOST_WAITING = 40;
/** The page refuses who is faster than a person. */
const TYPING_MS = 4000;
const ANSWER_MS = 10_000;
/** Words tried for a proof; the hardest puzzle takes half of it, about. */
const MOST_TRIES = 1_500_000;
const TRIES_AT_ONCE = 2000;
/** Degrees around the middle of a commune. */
const AROUND = 0.006;

const SPOTS = ['gần chợ', 'trước cổng trường', 'đầu cầu', 'ngay ngã ba', 'cạnh trạm y tế', 'trong hẻm nhỏ', 'ven kênh'];
const SINCE = ['từ sáng nay', 'từ hôm qua', 'đã mấy ngày nay', 'mới thấy lúc nãy', 'sau trận mưa đêm qua'];
const WISHES = [
  'mong sớm xử lý',
  'đi lại rất khó',
  'bà con trong xóm rất lo',
  'nhờ cơ quan xem giúp',
  'có trẻ nhỏ hay qua lại',
];

const pageSchema = z.object({
  services: z.array(z.object({ code: z.string(), name: z.object({ vi: z.string() }) })),
  puzzle: z.string(),
});

export function createCitizens(options: CitizenOptions): Citizens {
  const { url, perHour, communes, clock, log, random = Math.random } = options;
  let ending = new AbortController();
  let cancel = (): void => {};
  let running: Promise<void> = Promise.resolve();

  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

  function goOn(): void {
    // As calls come in: many soon after one another, and long pauses.
    const apartMs = Math.max(LEAST_APART_MS, (-Math.log(1 - random()) * HOUR_MS) / perHour);
    cancel = clock.after(apartMs, () => {
      running = report()
        .catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'a citizen of the demo was not heard'))
        .then(() => {
          if (!ending.signal.aborted) goOn();
        });
    });
  }

  async function report(): Promise<void> {
    if ((await options.waiting()) >= MOST_WAITING) return;
    const page = pageSchema.parse(await (await ask('GET', '/api/portal')).json());
    const [service, area] = [any(page.services), any(communes())];
    if (service === undefined || area === undefined) return;
    const [challenge = '', bits = '12'] = page.puzzle.split(':');
    const word = await solve(challenge, Number(bits));
    if (word === undefined) return;
    await pause(TYPING_MS);
    if (ending.signal.aborted) return;
    const shift = (): number => AROUND * (2 * random() - 1);
    const body: Pick<ReportInput, 'service' | 'text' | 'place' | 'proof' | 'language'> = {
      ...{ service: service.code, language: 'vi', proof: `${challenge}:${word}` },
      text: `${service.name.vi} ${any(SPOTS)}, ${any(SINCE)}, ${any(WISHES)}.`,
      place: { latitude: area.latitude + shift(), longitude: area.longitude + shift(), name: area.name },
    };
    const reply = await ask('POST', '/api/portal/reports', body);
    await reply.arrayBuffer();
  }

  async function solve(challenge: string, bits: number): Promise<string | undefined> {
    for (let tried = 0; tried < MOST_TRIES && !ending.signal.aborted; tried += 1) {
      const word = tried.toString(36);
      if (createHash('sha256').update(`${challenge}:${word}`).digest().readUInt32BE(0) >>> (32 - bits) === 0)
        return word;
      if (tried % TRIES_AT_ONCE === 0) await breathe();
    }
    return undefined;
  }

  function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MS)]);
    const origin = url();
    return fetch(`${origin}${path}`, {
      ...{ method, signal },
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json', origin }, body: JSON.stringify(body) }),
    });
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = clock.after(ms, resolve);
      ending.signal.addEventListener(
        'abort',
        () => {
          stop();
          resolve();
        },
        { once: true },
      );
    });
  }

  return {
    start() {
      if (perHour === 0) return;
      cancel();
      ending = new AbortController();
      goOn();
    },
    async stop() {
      ending.abort();
      cancel();
      await running;
    },
  };
}
