import { Fault } from '#base/errors';
import { randomSecret, sameSecret } from './random-secret.ts';

/**
 * The way in to a program that has no account: a random token, made at each start, printed once and good for one
 * administrator. There is never an account or a password that comes with the program.
 */
export interface SetupToken {
  current(): string | null;
  /** Throws unless it is the token. */
  assertRight(token: string): void;
  /** There is an account now. */
  used(): void;
}

export function createSetupToken(accounts: number): SetupToken {
  let token = accounts === 0 ? randomSecret() : null;
  return {
    current: () => token,
    assertRight(given) {
      if (token === null) throw new Fault('conflict', 'setup.done', 'the first administrator exists already');
      if (!sameSecret(token, given))
        throw new Fault('forbidden', 'setup.wrongToken', 'the link is not the printed one');
    },
    used() {
      token = null;
    },
  };
}
