import { describe, expect, it } from 'vitest';
import { CAMERA_KINDS, type CameraDetails, type CameraSource, cameraInputSchema } from '#contracts/camera';
import { deviceUrlOf, draftOf, emptyForm, formOf, hasAddress } from './camera-form.ts';

const SOURCES: readonly CameraSource[] = [
  { kind: 'rtsp', mainUrl: 'rtsp://a/1', subUrl: null, transport: 'udp', username: 'u' },
  { kind: 'rtsp', mainUrl: 'rtsp://a/1', subUrl: 'rtsp://a/2', transport: 'tcp', username: '' },
  {
    kind: 'onvif',
    deviceUrl: 'http://a/onvif/device_service',
    authentication: 'none',
    username: '',
    mainProfile: 'p1',
    subProfile: null,
    transport: 'tcp',
  },
  { kind: 'http', url: 'http://a/x.jpg', format: 'jpeg', intervalMs: 500, username: 'u' },
  { kind: 'rtmp' },
  { kind: 'virtual', scene: 'river' },
];

function details(source: CameraSource, place: CameraDetails['place'] = null): CameraDetails {
  return {
    id: 'c1',
    number: 7,
    name: 'Seven',
    groupId: 'g1',
    class: 'high',
    kind: source.kind,
    place,
    purpose: 'p',
    enabled: false,
    demo: false,
    hasSub: false,
    pictureFault: null,
    canPtz: false,
    hasMasks: false,
    streams: [],
    notice: 'n',
    certificate: 'VN-135-7',
    mainStream: 'always',
    source,
    hasPassword: true,
    make: '',
    model: '',
    clock: null,
    firmware: '',
    createdMs: 0,
    version: 1,
    publishUrl: null,
  };
}

describe('the camera form', () => {
  it.each(SOURCES.map((source) => [source.kind, source] as const))('changes nothing by itself: %s', (_, source) => {
    const camera = details(source, { latitude: 10.5, longitude: 105, heading: 0, fieldOfView: null });
    const draft = cameraInputSchema.parse(draftOf(formOf(camera)));
    const { number, name, groupId, place, purpose, enabled, notice, certificate, mainStream } = camera;
    expect(draft).toEqual({
      number,
      name,
      groupId,
      class: camera.class,
      place,
      purpose,
      enabled,
      notice,
      certificate,
      mainStream,
      source,
    });
  });

  it.each(CAMERA_KINDS)('sends no password that nobody typed: %s', (kind) => {
    expect(draftOf(emptyForm(kind)).source).not.toHaveProperty('password');
  });

  it('sends a typed password, and an empty one only to remove the stored', () => {
    const form = formOf(details({ kind: 'rtsp', mainUrl: 'rtsp://a', subUrl: null, transport: 'tcp', username: '' }));
    expect(draftOf({ ...form, password: 'x' }).source).toMatchObject({ password: 'x' });
    expect(draftOf({ ...form, password: '' }).source).toMatchObject({ password: '' });
  });

  it('has no place without both coordinates', () => {
    expect(draftOf({ ...emptyForm('rtmp'), latitude: 10 }).place).toBeNull();
  });

  it('tests only what has an address', () => {
    expect(hasAddress(emptyForm('rtsp'))).toBe(false);
    expect(hasAddress({ ...emptyForm('rtsp'), mainUrl: 'rtsp://a' })).toBe(true);
    expect(hasAddress(emptyForm('rtmp'))).toBe(false);
  });
});

it.each([
  ['10.0.0.8', 'http://10.0.0.8/onvif/device_service'],
  [' 10.0.0.8:8000 ', 'http://10.0.0.8:8000/onvif/device_service'],
  ['10.0.0.8/other', 'http://10.0.0.8/other'],
  ['https://cam.local/onvif', 'https://cam.local/onvif'],
  ['rtsp://10.0.0.8', 'rtsp://10.0.0.8'],
  ['', ''],
])('device address %j becomes %j', (typed, url) => expect(deviceUrlOf(typed)).toBe(url));
