import { describe, expect, it } from 'vitest';
import { onDevice, serviceUrl } from './device-address.ts';
import { chooseProfiles, type Profile } from './media.ts';

const profile = (token: string, width: number, height: number, more: Partial<Profile> = {}): Profile => ({
  token,
  name: token,
  encoding: 'H264',
  audioEncoding: null,
  width,
  height,
  frameRate: 25,
  ptzToken: null,
  ...more,
});
const none = { main: null, sub: null };

describe('chooseProfiles', () => {
  it('takes the largest as main and the smallest as sub, in whatever order they come', () => {
    const { main, sub } = chooseProfiles(
      [profile('b', 640, 360), profile('c', 1280, 720), profile('a', 1920, 1080)],
      none,
    );
    expect([main.token, sub?.token]).toEqual(['a', 'b']);
  });

  it('has no sub where no picture is smaller', () => {
    expect(chooseProfiles([profile('a', 640, 360), profile('b', 640, 360)], none).sub).toBeNull();
  });

  it('takes the faster of two equally large', () => {
    expect(chooseProfiles([profile('a', 640, 360, { frameRate: 5 }), profile('b', 640, 360)], none).main.token).toBe(
      'b',
    );
  });

  it('takes JPEG only where there is nothing else', () => {
    const jpeg = profile('j', 320, 180, { encoding: 'JPEG' });
    expect(chooseProfiles([profile('a', 640, 360), jpeg], none).sub).toBeNull();
    expect(chooseProfiles([jpeg], none).main.token).toBe('j');
  });

  it('obeys chosen tokens, and says when one is gone', () => {
    const profiles = [profile('1', 1920, 1080), profile('01', 640, 360)];
    const { main, sub } = chooseProfiles(profiles, { main: '01', sub: '1' });
    expect([main.token, sub?.token]).toEqual(['01', '1']);
    expect(chooseProfiles(profiles, { main: '01', sub: null }).sub).toBeNull();
    expect(() => chooseProfiles(profiles, { main: '001', sub: null })).toThrow('no longer has the profile "001"');
  });

  it('says when there is no picture at all', () => {
    expect(() => chooseProfiles([], none)).toThrow(expect.objectContaining({ kind: 'notACamera' }));
  });
});

describe('addresses that a device tells', () => {
  const device = new URL('http://203.0.113.9:8081/onvif/device_service');

  it('are looked for on the device’s own host, without login', () => {
    expect(onDevice(device, 'rtsp://192.168.1.64:554/s?a=1&b=2', ['rtsp:']).href).toBe(
      'rtsp://203.0.113.9:554/s?a=1&b=2',
    );
    expect(onDevice(device, ' rtsp://u:p@evil.example/s ', ['rtsp:']).href).toBe('rtsp://203.0.113.9/s');
  });

  it.each(['', 'file:///etc/passwd', 'http://203.0.113.9/', 'javascript:alert(1)', 'rtsp', 'concat:a|b'])(
    'refuse "%s"',
    (told) => {
      expect(() => onDevice(device, told, ['rtsp:', 'rtsps:'])).toThrow(
        expect.objectContaining({ kind: 'notACamera' }),
      );
    },
  );

  it('keep our port where the device names a host that is not the one we called', () => {
    expect(serviceUrl(device, 'http://192.168.1.64:80/onvif/media').href).toBe('http://203.0.113.9:8081/onvif/media');
    expect(serviceUrl(device, 'http://203.0.113.9:8082/onvif/media?x=1').href).toBe(
      'http://203.0.113.9:8082/onvif/media?x=1',
    );
    expect(serviceUrl(device, 'nonsense').href).toBe(device.href);
  });
});
