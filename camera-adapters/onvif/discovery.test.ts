import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { envelope, type SoapResponder, soapFault, startSoapResponder } from '../../tests/fakes/soap-responder.ts';
import { CameraFault } from '../adapter.ts';
import type { CheckAddress } from './device-address.ts';
import { createDiscovery, type DiscoverRequest } from './discovery.ts';
import { type Found, readMatches } from './multicast-search.ts';

const checkAddress: CheckAddress = async (text) => {
  const url = new URL(text);
  if (url.hostname === '127.0.0.2') throw new CameraFault('refusedAddress', 'not this one');
  return { url, address: url.hostname };
};

let device: SoapResponder;
let found: Found[];
let progress: string[];

beforeEach(async () => {
  device = await startSoapResponder();
  found = [];
  progress = [];
});
afterEach(() => device.close());

function discover(more: Partial<DiscoverRequest> = {}): Promise<void> {
  return createDiscovery({ checkAddress, log: silentLogger() })({
    multicast: false,
    ranges: ['127.0.0.1'],
    ports: [device.port],
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    onCandidate: (candidate) => found.push(candidate),
    onProgress: (asked, total) => progress.push(`${asked}/${total}`),
    ...more,
  });
}

describe('search by address range', () => {
  it('finds a device by the time that it tells, without a login, and reads its scopes', async () => {
    device.reply(
      'GetScopes',
      '<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/name/C%E1%BB%95ng%20ch%C3%ADnh</tt:ScopeItem></tds:Scopes><tds:Scopes><tt:ScopeItem>onvif://www.onvif.org/hardware/DS-2CD</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>',
    );
    await discover();
    expect(found).toEqual([
      {
        id: device.url,
        deviceUrl: device.url,
        address: '127.0.0.1',
        name: 'Cổng chính',
        hardware: 'DS-2CD',
        location: '',
      },
    ]);
    expect(progress).toEqual(['0/1', '1/1']);
    expect(device.envelopes.join()).not.toContain('Security');
  });

  it('finds devices that want a login even for the time', async () => {
    device.reply('GetSystemDateAndTime', soapFault('ter:NotAuthorized', 'Sender not Authorized', 401));
    await discover();
    expect(found).toHaveLength(1);
  });

  it.each([
    ['a web page', '<html></html>'],
    ['noise', '\u0001\u0002'],
    ['another SOAP service', envelope('<GetWeatherResponse/>')],
    ['entities', `<!DOCTYPE x [<!ENTITY a "b">]>${envelope('<GetSystemDateAndTimeResponse/>')}`],
  ])('finds no device in %s', async (_what, body) => {
    device.reply('GetSystemDateAndTime', (_request, response) => void response.end(body));
    await discover();
    expect(found).toEqual([]);
    expect(progress.at(-1)).toBe('1/1');
  });

  it('counts addresses that refuse, that are refused, and that have nothing on a port', async () => {
    await discover({ ranges: ['127.0.0.1-127.0.0.4'], ports: [1, device.port] });
    // The device listens on 127.0.0.1 alone.
    expect(found.map(({ address }) => address)).toEqual(['127.0.0.1']);
    expect(progress.at(-1)).toBe('4/4');
  });

  it('asks every address, however long the silent ones take', async () => {
    device.reply('GetSystemDateAndTime', () => undefined);
    await discover({ timeoutMs: 100 });
    expect(found).toEqual([]);
    expect(progress.at(-1)).toBe('1/1');
  });

  it('ends at once on abort', async () => {
    const controller = new AbortController();
    device.reply('GetSystemDateAndTime', () => controller.abort());
    await discover({ signal: controller.signal });
  });

  it('refuses wrong ranges before it asks anybody', async () => {
    expect(() => discover({ ranges: ['127.0.0.1', '10.0.0.0/8'] })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
    expect(device.asked).toEqual([]);
  });
});

describe('answers to a multicast question', () => {
  const match = (address: string, scopes: string, xaddrs: string): string =>
    `<d:ProbeMatch><a:EndpointReference><a:Address>${address}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`;
  const answer = (...matches: string[]): string =>
    envelope(`<d:ProbeMatches xmlns:d="d" xmlns:a="a">${matches.join('')}</d:ProbeMatches>`);

  it('give identity, the address that reaches us, and what the device says of itself', () => {
    const scopes =
      'onvif://www.onvif.org/type/video onvif://www.onvif.org/name/1001 onvif://www.onvif.org/hardware/1.10 onvif://www.onvif.org/location/country/vietnam onvif://www.onvif.org/location/city/%C4%90%C3%A0%20N%E1%BA%B5ng';
    const told = 'http://[fe80::1]/onvif/device_service http://169.254.1.1/x http://10.0.0.8:8080/onvif/device_service';
    expect(readMatches(answer(match('urn:uuid:0001', scopes, told)), '10.0.0.8')).toEqual([
      {
        id: 'urn:uuid:0001',
        deviceUrl: 'http://10.0.0.8:8080/onvif/device_service',
        address: '10.0.0.8',
        name: '1001',
        hardware: '1.10',
        location: 'country/vietnam, city/Đà Nẵng',
      },
    ]);
  });

  it('may hold several devices, and one that is broken costs only itself', () => {
    const answers = answer(
      match('a', '', 'http://10.0.0.1/'),
      '<d:ProbeMatch/>',
      match('b', '', 'ftp://x'),
      match('c', '', 'http://10.0.0.3/'),
    );
    expect(readMatches(answers, '10.0.0.1').map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('take no markup, no control characters and no endless names', () => {
    const scopes = `onvif://www.onvif.org/name/${encodeURIComponent(`<img src=x onerror=alert(1)>\u0007${'x'.repeat(5000)}`)} onvif://www.onvif.org/hardware/%E0%A4%A`;
    const [device] = readMatches(answer(match('a', scopes, 'http://10.0.0.1/')), '10.0.0.1');
    expect(device?.name).toHaveLength(200);
    // Text is text: the console shows it as such.
    expect(device?.name).toMatch(/^<img src=x onerror=alert\(1\)> ?x/);
    expect(device?.hardware).toBe('%E0%A4%A');
  });

  it.each(['', 'hello', answer().replace('ProbeMatches', 'Hello'), envelope('')])(
    'are refused when they are none',
    (xml) => {
      expect(() => readMatches(xml, '10.0.0.1')).toThrow();
    },
  );
});
