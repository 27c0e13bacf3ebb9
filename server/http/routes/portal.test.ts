import { Readable } from 'node:stream';
import { beforeEach, expect, it } from 'vitest';
import { Fault } from '#base/errors';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { reportPlaces } from '../../../tests/fakes/report-places.ts';
import { createPortalLimits } from '../../reports/portal-limits.ts';
import type { Call, Route } from '../route.ts';
import { type PortalDeps, portalRoutes } from './portal.ts';

const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};

let routes: readonly Route[];
let received: number;
let kept: Uint8Array[];
let gate: Promise<void>;
beforeEach(() => {
  received = 0;
  kept = [];
  gate = Promise.resolve();
  const reports = {
    ...{ ofCode: never, rate: never },
    async receive() {
      received += 1;
      return never();
    },
    async mayAddPhoto(_: string, ticket: string) {
      if (ticket !== 'mine') throw new Fault('forbidden', 'photo.ticket', 'not yours');
      return never;
    },
    async addPhoto(_code: string, _ticket: string, bytes: Uint8Array) {
      kept.push(bytes);
      await gate;
    },
  } as unknown as PortalDeps['reports'];
  const check = (proof: string): void => {
    if (proof !== 'good') throw new Fault('invalid', 'portal.puzzle', 'does not fit');
  };
  routes = portalRoutes({
    ...{ reports, reportPlaces: reportPlaces() },
    config: { reports: { portal: 'on', mostPhotos: 5, mostPhotoMegabytes: 40 } },
    reportServices: { list: () => [], find: () => undefined, put: never },
    portal: { limits: createPortalLimits(createFakeClock()), puzzle: { issue: () => '', check, spend: check } },
  });
});

async function ask(name: string, call: object): Promise<unknown> {
  const route = routes.find((one) => one.name === name);
  if (route === undefined) throw new Error('no such route');
  // What a handler reads of a call; the door has its own tests.
  return route.handle(call as unknown as Call<unknown, unknown, unknown>);
}
const send = (address: string, proof: string) =>
  ask('POST /api/portal/reports', { body: { website: '', proof }, client: { address } });

it('who does no puzzle does not use up what all may send together', async () => {
  for (let at = 0; at < 1500; at += 1) {
    await expect(send(`10.1.${at >> 8}.${at & 255}`, 'bad')).rejects.toMatchObject({ code: 'portal.puzzle' });
  }
  await expect(send('10.0.0.1', 'good')).rejects.toThrow('not asked for here');
  expect(received).toBe(1);
  for (let at = 0; at < 20; at += 1) await expect(send('10.0.0.1', 'bad')).rejects.toMatchObject({ kind: 'invalid' });
  await expect(send('10.0.0.1', 'bad')).rejects.toMatchObject({ kind: 'tooMany' });
  await expect(send('10.0.0.1', 'good')).rejects.toThrow('not asked for here');
});

it('a photo is read of who has a ticket, and so many bytes at once', async () => {
  const photo = (ticket: string, bytes: number) => {
    const body = Readable.from([Buffer.alloc(bytes)]);
    const request = Object.assign(body, { headers: { 'x-ticket': ticket, 'content-length': String(bytes) } });
    const done = ask('POST /api/portal/reports/:code/photos', {
      ...{ params: { code: 'x' }, client: { address: '10.0.0.1' }, request },
    });
    return { request, done };
  };
  const stranger = photo('not mine', 10);
  await expect(stranger.done).rejects.toMatchObject({ code: 'photo.ticket' });
  expect([stranger.request.readableDidRead, kept]).toEqual([false, []]);
  let open = (): void => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const large = 35 * 2 ** 20;
  const first = [photo('mine', large), photo('mine', large)];
  await expect.poll(() => kept.length).toBe(2);
  await expect(photo('mine', large).done).rejects.toMatchObject({ kind: 'unavailable', code: 'portal.busy' });
  open();
  await Promise.all(first.map(({ done }) => done));
  await photo('mine', large).done;
  expect(kept).toHaveLength(3);
});
