import { describe, expect, it } from 'vitest';
import { Fault } from '#base/errors';
import { CameraFault } from './adapter.ts';
import { createAddressGuard } from './address-guard.ts';

const RTSP = ['rtsp', 'rtsps'];
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'camera.lan': ['10.0.0.8'],
  'six.lan': ['2001:db8:1::8', 'fd12::8'],
  'inward.example': ['127.0.0.1'],
  'both.example': ['127.0.0.1', '10.0.0.9'],
  'mapped.example': ['::ffff:169.254.169.254'],
  localhost: ['127.0.0.1', '::1'],
};

function guard(allowNetworks: readonly string[] = []) {
  return createAddressGuard({
    allowNetworks,
    ownAddresses: () => ['10.0.0.2', 'fd12::2', 'fe80::2%eth0'],
    async resolve(name) {
      const found = NAMES[name];
      if (found === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
      return found;
    },
  });
}

async function verdict(url: string, allow?: readonly string[], schemes = RTSP): Promise<string> {
  try {
    return (await guard(allow).check(url, schemes)).address;
  } catch (error) {
    if (error instanceof CameraFault) return error.kind;
    throw error;
  }
}

describe('what a camera may be called', () => {
  it.each([
    ['rtsp://10.0.0.8/stream', '10.0.0.8'],
    ['rtsp://10.0.0.8:8554/stream?channel=1&subtype=0', '10.0.0.8'],
    ['rtsps://192.168.1.64:322/', '192.168.1.64'],
    ['rtsp://172.16.9.9', '172.16.9.9'],
    ['rtsp://100.64.3.4/', '100.64.3.4'],
    ['rtsp://8.8.8.8/', '8.8.8.8'],
    ['rtsp://camera.lan/x', '10.0.0.8'],
    ['rtsp://CAMERA.LAN./x', '10.0.0.8'],
    ['rtsp://[fd12::8]/x', 'fd12::8'],
    ['rtsp://both.example/x', '10.0.0.9'],
    ['RTSP://10.0.0.8/', '10.0.0.8'],
  ])('%s', async (url, address) => {
    expect(await verdict(url)).toBe(address);
  });
});

describe('schemes', () => {
  it.each([
    'exec:ls',
    'file:///etc/passwd',
    'file:/etc/passwd',
    'concat:a|b',
    'concatf:a',
    'pipe:0',
    'data:text/plain,x',
    'http://10.0.0.8/',
    'rtmp://10.0.0.8/',
    'ftp://10.0.0.8/',
    'javascript:alert(1)',
    'subfile,,start,0,end,9,,:/etc/passwd',
    'crypto+rtsp://10.0.0.8/',
    'rtsp:/10.0.0.8',
    'rtsp:10.0.0.8',
    'rtsp://',
    'rtsp:///x',
    '//10.0.0.8/x',
    '10.0.0.8/x',
    '/dev/video0',
    '',
    ' rtsp://10.0.0.8/',
    'rtsp://10.0.0.8/\nfile /etc/passwd',
    'rtsp://10.0.0.8/a b',
    'rtsp://10.0.0.8\\@127.0.0.1/',
    `rtsp://10.0.0.8/${'a'.repeat(2048)}`,
  ])('%j is refused', async (url) => {
    expect(await verdict(url)).toBe('refusedAddress');
  });

  it('takes schemes with their colon, as URL.protocol has them', async () => {
    expect(await verdict('http://10.0.0.8/', [], ['http:', 'https:'])).toBe('10.0.0.8');
  });
});

describe('addresses inside the house', () => {
  const inside = [
    'rtsp://127.0.0.1/',
    'rtsp://127.8.9.1/',
    'rtsp://127.1/',
    'rtsp://2130706433/',
    'rtsp://0x7f000001/',
    'rtsp://0x7f.1/',
    'rtsp://0177.0.0.1/',
    'rtsp://%31%32%37.0.0.1/',
    'rtsp://１２７.0.0.1/',
    'rtsp://localhost/',
    'rtsp://inward.example/',
    'rtsp://0.0.0.0/',
    'rtsp://0/',
    'rtsp://[::]/',
    'rtsp://[::1]/',
    'rtsp://[::ffff:127.0.0.1]/',
    'rtsp://[::ffff:7f00:1]/',
    'rtsp://[0:0:0:0:0:ffff:127.0.0.1]/',
    'rtsp://[64:ff9b::7f00:1]/',
    'rtsp://[2002:7f00:1::]/',
    'rtsp://169.254.169.254/latest/meta-data',
    'rtsp://[::ffff:169.254.169.254]/',
    'rtsp://mapped.example/',
    'rtsp://[fe80::1]/',
    'rtsp://100.100.100.200/',
    'rtsp://168.63.129.16/',
    'rtsp://[fd00:ec2::254]/',
    'rtsp://239.255.255.250/',
    'rtsp://[ff02::1]/',
    'rtsp://255.255.255.255/',
    'rtsp://240.0.0.1/',
    'rtsp://10.0.0.2/',
    'rtsp://[fd12::2]/',
    'rtsp://[::ffff:10.0.0.2]/',
  ];
  it.each(inside)('%s is refused', async (url) => {
    expect(await verdict(url)).toBe('refusedAddress');
  });

  it.each([
    ['rtsp://127.0.0.1:8554/', ['127.0.0.0/8'], '127.0.0.1'],
    ['rtsp://[::ffff:127.0.0.1]/', ['127.0.0.0/8'], '127.0.0.1'],
    ['rtsp://localhost/', ['::1/128'], '::1'],
    ['rtsp://10.0.0.2/', ['10.0.0.2'], '10.0.0.2'],
    ['rtsp://169.254.7.7/', ['169.254.0.0/16'], '169.254.7.7'],
    ['rtsp://[::1]/', ['127.0.0.0/8'], 'refusedAddress'],
  ])('%s with %j allowed is %s', async (url, allow, expected) => {
    expect(await verdict(url, allow)).toBe(expected);
  });

  it('says which key allows it, and refuses to start with a range that is none', async () => {
    await expect(guard().check('rtsp://127.0.0.1/', RTSP)).rejects.toThrow(/127\.0\.0\.1.*cameras\.allowNetworks/);
    expect(() => guard(['127.0.0.0/8', 'nonsense'])).toThrow(Fault);
  });
});

describe('names', () => {
  it('are resolved once, and their address is what is called', async () => {
    let asked = 0;
    const rebinding = createAddressGuard({
      allowNetworks: [],
      resolve: async () => (asked++ === 0 ? ['10.0.0.8'] : ['127.0.0.1']),
    });
    const checked = await rebinding.check('rtsp://a:b@camera.lan:8554/p?q=1#frag', RTSP);
    expect(checked.pinnedUrl).toBe('rtsp://10.0.0.8:8554/p?q=1');
    expect(checked.url.href).toBe('rtsp://camera.lan:8554/p?q=1');
    expect(asked).toBe(1);
  });

  it('have an address, or the camera is unreachable', async () => {
    expect(await verdict('rtsp://nowhere.example/')).toBe('unreachable');
  });

  it('are given up when nobody waits any more', async () => {
    const never = createAddressGuard({ allowNetworks: [], resolve: () => new Promise(() => {}) });
    const abort = new AbortController();
    const check = never.check('rtsp://camera.lan/', RTSP, abort.signal);
    abort.abort();
    await expect(check).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('writes IPv6 in brackets', async () => {
    const checked = await guard().check('rtsp://six.lan:554/x', RTSP);
    expect(checked.pinnedUrl).toBe('rtsp://[fd12::8]:554/x');
    expect(checked.family).toBe(6);
  });
});

it.each([
  ['rtsp://admin:secret@10.0.0.8/x', 'admin', 'secret'],
  ['rtsp://admin:p%40ss%2Fw%3Ard@10.0.0.8/x', 'admin', 'p@ss/w:rd'],
  ['rtsp://user%20name@10.0.0.8/x', 'user name', ''],
  ['rtsp://admin:50%25@10.0.0.8/x', 'admin', '50%'],
  ['rtsp://10.0.0.8/user=admin_password=x', '', ''],
])('takes user and password out of %s', async (url, username, password) => {
  const checked = await guard().check(url, RTSP);
  expect([checked.username, checked.password]).toEqual([username, password]);
  expect(`${checked.pinnedUrl} ${checked.url.href}`).not.toContain('@');
});
