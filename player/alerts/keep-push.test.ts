import { expect, it } from 'vitest';
import { keepPush } from './keep-push.ts';

const subscription: PushSubscriptionJSON = { endpoint: 'https://push.example/1', keys: { p256dh: 'a', auth: 'b' } };
const find = async () => ({ toJSON: () => subscription });

it('tells the server of the device anew, and of none where there is none', async () => {
  const told: PushSubscriptionJSON[] = [];
  const tell = async (one: PushSubscriptionJSON): Promise<void> => void told.push(one);
  await keepPush(tell, async () => null);
  expect(told).toEqual([]);
  await keepPush(tell, find);
  expect(told).toEqual([subscription]);
});

it('bothers nobody when the server or the browser cannot', async () => {
  await keepPush(async () => Promise.reject(new Error('offline')), find);
  await keepPush(
    async () => {},
    async () => Promise.reject(new Error('no worker')),
  );
});
