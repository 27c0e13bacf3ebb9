import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unheard, write } from './messages.ts';
import { escapeXml, soapBody } from './xml.ts';

const AT = Date.UTC(2031, 4, 6, 7, 8, 9);

describe('requests as the onvif package writes them', () => {
  it('hands over each request instead of sending it, with its action', () => {
    const asked = write((cam) => cam.getDeviceInformation(unheard), { login: null, deviceNowMs: AT });
    expect(asked.service).toBe('device');
    expect(asked.action).toBe('http://www.onvif.org/ver10/device/wsdl/GetDeviceInformation');
    expect(soapBody(asked.xml)).toHaveProperty('GetDeviceInformation');
  });

  it('sends no WS-Security header without a login', () => {
    for (const login of [null, { username: '', password: '' }]) {
      const { xml } = write((cam) => cam.getDeviceInformation(unheard), { login, deviceNowMs: AT });
      expect(xml).not.toContain('Security');
    }
  });

  it('dates the login by the device’s clock and hashes the password in UTF-8', () => {
    const login = { username: 'quản trị', password: 'mật khẩu' };
    const { xml } = write((cam) => cam.getDeviceInformation(unheard), { login, deviceNowMs: AT });
    const field = (name: string): string => new RegExp(`<${name}(?: [^>]*)?>([^<]*)<`).exec(xml)?.[1] ?? '';
    expect(field('Username')).toBe('quản trị');
    expect(field('Created')).toBe('2031-05-06T07:08:09.000Z');
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(field('Nonce'), 'base64'), Buffer.from(`2031-05-06T07:08:09.000Zmật khẩu`)]))
      .digest('base64');
    expect(field('Password')).toBe(digest);
    expect(xml).not.toContain('mật khẩu');
  });

  it('lets neither user names nor tokens become markup', () => {
    const login = { username: '</Username><Hacked/>', password: 'p' };
    const profileToken = escapeXml('"/><Hacked/>');
    const { xml } = write((cam) => cam.getStreamUri({ protocol: 'RTSP', profileToken }, unheard), {
      login,
      deviceNowMs: AT,
    });
    expect(xml).not.toContain('<Hacked');
    expect(soapBody(xml)).toMatchObject({ GetStreamUri: { ProfileToken: '"/><Hacked/>' } });
  });

  it('names the service of each request', () => {
    const options = { login: null, deviceNowMs: AT };
    expect(write((cam) => cam.getProfiles(unheard), options).service).toBe('media');
    expect(write((cam) => cam.getProfiles(unheard), { ...options, media2: true }).service).toBe('media2');
    expect(write((cam) => cam.getPresets({ profileToken: '1' }, unheard), options).service).toBe('ptz');
  });
});
