import { expect, it } from 'vitest';
import { CameraFault } from '../adapter.ts';
import { GivenUp, StreamNotForUs } from './direct-ingest.ts';
import { endOfError, errorOfEnd } from './intake-messages.ts';
import { NoPictures } from './picture-watch.ts';
import { NotForUs } from './rtsp-client.ts';
import { Flooding } from './session.ts';

it.each([
  new CameraFault('unauthorised', 'no', new Error('cause')),
  new GivenUp('too much waits'),
  new Flooding(),
  new NoPictures(),
  new StreamNotForUs('packing', 'H264', 'interleaved'),
  new NotForUs('something else'),
])('%s is the same after the way from one thread to another', (error) => {
  const back = errorOfEnd(structuredClone(endOfError(error)));
  expect(back).toEqual(error);
  expect(back?.constructor).toBe(error.constructor);
});

it('what nobody expects is a fault of ours', () => {
  expect(errorOfEnd(endOfError(new TypeError('x')))).toMatchObject({ kind: 'internal', message: 'x' });
});
