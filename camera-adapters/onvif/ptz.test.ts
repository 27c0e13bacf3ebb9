import { describe, expect, it } from 'vitest';
import { durationMs, type PtzSpaces, velocityOf } from './ptz.ts';

const degrees: PtzSpaces = {
  panTilt: { uri: 'urn:degrees', x: { min: -180, max: 360 }, y: { min: -90, max: 90 } },
  zoom: { uri: 'urn:zoom', x: { min: 0, max: 10 } },
  timeoutMs: { min: 0, max: 60_000 },
};
const still = { pan: 0, tilt: 0, zoom: 0 };

describe('velocityOf', () => {
  it.each([
    ['right', { pan: 1 }, { x: 360, y: 0, xyspace: 'urn:degrees', onlySendPanTilt: true }],
    ['left', { pan: -0.5 }, { x: -90, y: 0, xyspace: 'urn:degrees', onlySendPanTilt: true }],
    ['up', { tilt: 0.1 }, { x: 0, y: 9, xyspace: 'urn:degrees', onlySendPanTilt: true }],
    ['closer', { zoom: 0.5 }, { zoom: 5, zoomspace: 'urn:zoom', onlySendZoom: true }],
    [
      'farther where the device knows one direction',
      { zoom: -1 },
      { zoom: 0, zoomspace: 'urn:zoom', onlySendZoom: true },
    ],
    ['nowhere', {}, null],
  ])('puts %s into the device’s own units', (_where, speed, velocity) => {
    expect(velocityOf({ ...still, ...speed }, degrees)).toEqual(velocity);
  });

  it('leaves out what the device cannot do', () => {
    expect(velocityOf({ pan: 1, tilt: 0, zoom: 1 }, { ...degrees, panTilt: null })).toMatchObject({
      zoom: 10,
      onlySendZoom: true,
    });
    expect(velocityOf({ pan: 1, tilt: 0, zoom: 0 }, { ...degrees, panTilt: null })).toBeNull();
  });
});

describe('durationMs', () => {
  it.each([
    ['PT10S', 10_000],
    ['PT0.5S', 500],
    ['PT1M', 60_000],
    ['PT1M30S', 90_000],
    ['PT', null],
    ['10', null],
    [undefined, null],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});
