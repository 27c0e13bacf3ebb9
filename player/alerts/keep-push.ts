import { currentSubscription } from './push.ts';

/**
 * Tells the server that this device is told of alerts for who is signed in now. Until then it may be bound to who was
 * here before, whose session ran out, or be forgotten, while the browser still has it and the switch says so. Never
 * rejects: the next start tries again.
 */
export async function keepPush(
  tell: (subscription: PushSubscriptionJSON) => Promise<unknown>,
  find: () => Promise<Pick<PushSubscription, 'toJSON'> | null> = currentSubscription,
): Promise<void> {
  try {
    const there = await find();
    if (there !== null) await tell(there.toJSON());
  } catch {
    // Nobody asked for it: nobody is told.
  }
}
