import { describe, expect, it } from 'vitest';
import { type CameraSource, cameraSourceSchema } from '#contracts/camera';
import { hostsOf, splitSource } from './source-address.ts';

const rtsp = (mainUrl: string, more: Record<string, unknown> = {}): CameraSource =>
  cameraSourceSchema.parse({ kind: 'rtsp', mainUrl, ...more });

describe('splitSource', () => {
  it.each([
    ['rtsp://admin:s3cret@10.0.0.5/stream1', 'rtsp://10.0.0.5/stream1', 'admin', 's3cret'],
    ['rtsp://admin:p%40ss%3A%2F@cam:8554/a?b=c#d', 'rtsp://cam:8554/a?b=c#d', 'admin', 'p@ss:/'],
    ['rtsp://admin@10.0.0.5/1', 'rtsp://10.0.0.5/1', 'admin', ''],
    ['rtsps://a:100%@[fd00::5]/1', 'rtsps://[fd00::5]/1', 'a', '100%'],
    ['rtsp://a:b@c@10.0.0.5/1', 'rtsp://10.0.0.5/1', 'a', 'b@c'],
  ])('moves the login out of %s', (url, bare, username, password) => {
    const split = splitSource(rtsp(url));
    expect(split).toMatchObject({ source: { mainUrl: bare, username }, password });
    expect(split.source).not.toHaveProperty('password');
  });

  it('prefers what has a field of its own, finds a login in the second address, and leaves bare addresses as typed', () => {
    expect(splitSource(rtsp('rtsp://u:p@h/1', { username: 'field', password: 'own' }))).toMatchObject({
      source: { username: 'field' },
      password: 'own',
    });
    expect(splitSource(rtsp('rtsp://H/1?x= '.trim(), { subUrl: 'rtsp://u:p@H/2' }))).toEqual({
      source: { kind: 'rtsp', mainUrl: 'rtsp://H/1?x=', subUrl: 'rtsp://H/2', transport: 'tcp', username: 'u' },
      password: 'p',
    });
    expect(splitSource(rtsp('rtsp://h/1')).password).toBeUndefined();
    expect(splitSource(rtsp('rtsp://h/1', { password: '' })).password).toBe('');
  });

  it.each([
    'http://10.0.0.5/1',
    'file:///etc/passwd',
    'exec:ffmpeg -i x',
    'concat:a|b',
    'pipe:0',
    'data:video/mp4;base64,AAAA',
    'rtsp:///no-host',
    'rtsp://h/1\nHost: x',
    'rtsp://h/a b',
    'rtsp://h\\@evil/1',
    'not an address',
    '-i /etc/passwd',
  ])('refuses %j with the field that is wrong', (url) => {
    expect(() => splitSource(rtsp('rtsp://h/1', { subUrl: url }))).toThrow(
      expect.objectContaining({ kind: 'invalid', fields: [expect.objectContaining({ path: 'source.subUrl' })] }),
    );
  });

  it('knows where a password may go', () => {
    expect([...hostsOf(rtsp('rtsp://CAM.lan:554/1', { subUrl: 'rtsp://10.0.0.5/2' }))]).toEqual([
      'cam.lan',
      '10.0.0.5',
    ]);
    expect(hostsOf({ kind: 'rtmp' }).size).toBe(0);
  });
});
