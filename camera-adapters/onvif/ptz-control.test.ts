import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import { onvifSourceSchema } from '#contracts/camera';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { type SoapResponder, soapFault, startSoapResponder } from '../../tests/fakes/soap-responder.ts';
import type { PtzControl } from '../adapter.ts';
import { createPtzControl } from './ptz-control.ts';

const MOVED = '<tptz:ContinuousMoveResponse xmlns:tptz="t"/>';

let device: SoapResponder;
let clock: FakeClock;
let control: PtzControl;

beforeEach(async () => {
  device = await startSoapResponder();
  device.reply('ContinuousMove', MOVED);
  device.reply('Stop', '<tptz:StopResponse xmlns:tptz="t"/>');
  clock = createFakeClock();
  const checkAddress = async (text: string) => ({ url: new URL(text), address: '127.0.0.1' });
  control = createPtzControl({ checkAddress, clock, log: silentLogger() });
});
afterEach(() => device.close());

const request = () => ({
  source: onvifSourceSchema.parse({ kind: 'onvif', deviceUrl: device.url }),
  credentials: { username: '', password: '' },
  signal: new AbortController().signal,
});
const move = (pan: number) => control.command(request(), { action: 'move', pan, tilt: 0, zoom: 0, timeoutMs: 1000 });
const stop = () => control.command(request(), { action: 'stop' });
const commands = () => device.asked.filter((name) => name === 'ContinuousMove' || name === 'Stop');

/** Keeps the device from answering the next moves; the returned function lets it. */
function holdMoves(): () => void {
  const waiting: (() => void)[] = [];
  device.reply('ContinuousMove', (request, response) => {
    waiting.push(() => soapFault('ter:Busy', 'never mind')(request, response, ''));
  });
  return () => {
    for (const answer of waiting.splice(0)) answer();
  };
}

describe('steering', () => {
  it('gives a stop to the device only when it has taken the move before it', async () => {
    await stop();
    const letGo = holdMoves();
    const moving = move(1).catch(() => {});
    const stopping = stop();
    await vi.waitFor(() => expect(commands()).toEqual(['Stop', 'ContinuousMove']));
    letGo();
    await Promise.all([moving, stopping]);
    expect(commands()).toEqual(['Stop', 'ContinuousMove', 'Stop']);
  });

  it('leaves out moves that were overtaken while the device was busy', async () => {
    await stop();
    const letGo = holdMoves();
    const first = move(0.1).catch(() => {});
    await vi.waitFor(() => expect(commands()).toHaveLength(2));
    device.reply('ContinuousMove', MOVED);
    const others = [move(0.2), move(0.3), move(0.4), stop()];
    letGo();
    await Promise.all([first, ...others]);
    expect(commands()).toEqual(['Stop', 'ContinuousMove', 'ContinuousMove', 'Stop']);
    expect(device.envelopes.at(-2)).toContain(`x="${0.4 * 360}"`);
  });

  it('stops a device by itself when the stop that was asked for did not get through', async () => {
    await move(1);
    device.reply('Stop', soapFault('ter:Action', 'not now'));
    await expect(stop()).rejects.toThrow();
    clock.advance(1000);
    await vi.waitFor(() => expect(commands()).toEqual(['ContinuousMove', 'Stop', 'Stop']));
  });
});
