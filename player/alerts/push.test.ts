import { describe, expect, it } from 'vitest';
import { leavePush } from './push.ts';

/** A device that has a subscription until it is ended; keeps what was ended where. */
function createDevice(unsubscribe: () => Promise<boolean> = async () => true) {
  const ended: string[] = [];
  return {
    ended,
    async find() {
      return {
        endpoint: 'https://push.example/1',
        unsubscribe() {
          ended.push('browser');
          return unsubscribe();
        },
      };
    },
    async forget(endpoint: string): Promise<void> {
      ended.push(endpoint);
    },
  };
}

describe('who signs out', () => {
  it('gets no more pushes at this device', async () => {
    const device = createDevice();
    await leavePush(device.forget, device.find);
    expect(device.ended).toEqual(['https://push.example/1', 'browser']);
  });

  it('is not kept by a server, a browser or a push service that does not', async () => {
    const device = createDevice();
    await leavePush(async () => Promise.reject(new Error('offline')), device.find);
    expect(device.ended).toEqual(['browser']);
    await leavePush(device.forget, async () => null);
    await leavePush(device.forget, async () => Promise.reject(new Error('no worker')));
    expect(device.ended).toEqual(['browser']);
    const silent = createDevice(() => new Promise(() => {}));
    await leavePush(silent.forget, silent.find, 20);
    expect(silent.ended).toHaveLength(2);
  });
});
