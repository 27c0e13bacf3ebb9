import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '#base/errors';
import { COMMON_WORDS } from './password-list.ts';

/** Passwords as salted scrypt hashes, each with its own parameters, so that the cost can rise later. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * With `null` (no such account) it says no after the same work as for a wrong password. `rehash`: right, but kept
   * with other parameters than new ones are.
   */
  verify(password: string, stored: string | null): Promise<{ ok: boolean; rehash: boolean }>;
}

/** RFC 7914 parameters; `cost` is N. 2^17 with r = 8 takes 128 MiB and some 0.4 s on one core. */
interface Parameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Two at a time: a flood of sign-ins takes at most 256 MiB and half of the four threads that Node keeps for this. */
const AT_ONCE = 2;
const WAITING = 32;

export function createPasswords(options: { cost?: number } = {}): Passwords {
  const wanted: Parameters = { cost: options.cost ?? 2 ** 17, blockSize: 8, parallelization: 1 };
  const nobody = format(wanted, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  const inTurn = createTurns(AT_ONCE, WAITING);

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return format(wanted, salt, await inTurn(() => derive(password, salt, wanted)));
    },
    async verify(password, stored) {
      const { parameters, salt, key } = parse(stored ?? nobody);
      const derived = await inTurn(() => derive(password, salt, parameters));
      const ok = timingSafeEqual(derived, key) && stored !== null;
      return { ok, rehash: ok && parameters.cost !== wanted.cost };
    },
  };
}

function derive(password: string, salt: Uint8Array, { cost, blockSize, parallelization }: Parameters): Promise<Buffer> {
  const options: ScryptOptions = {
    cost,
    blockSize,
    parallelization,
    // 128 * N * r is what it takes; Node refuses it without a limit that allows some more.
    maxmem: 128 * cost * blockSize + 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    scrypt(normalise(password), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Vietnamese letters are typed composed by one keyboard and decomposed by the next; both are the same password. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

const FORMAT = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

function format({ cost, blockSize, parallelization }: Parameters, salt: Buffer, key: Buffer): string {
  return `scrypt$${cost}$${blockSize}$${parallelization}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

function parse(stored: string): { parameters: Parameters; salt: Buffer; key: Buffer } {
  const [, cost, blockSize, parallelization, salt, key] = FORMAT.exec(stored) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password has an unknown form');
  return {
    parameters: { cost: Number(cost), blockSize: Number(blockSize), parallelization: Number(parallelization) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

/** Lets `atOnce` jobs run and `waiting` wait; refuses the rest. */
function createTurns(atOnce: number, waiting: number): <T>(job: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= atOnce) {
      if (line.length >= waiting) {
        throw new Fault('tooMany', 'access.busy', 'too many people sign in at this moment', { retryAfterMs: 2000 });
      }
      // Whoever ends hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => line.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await job();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/**
 * Refuses what is guessed first: too short, only digits, few different characters, or little more than common words
 * and the name of its owner. `field` is where the fault is reported.
 */
export function assertGoodPassword(
  password: string,
  owner: { username: string; displayName: string },
  field: string,
): void {
  const fault = weaknessOf(password, owner);
  if (fault === undefined) return;
  throw new Fault('invalid', fault.code, fault.message, { fields: [{ path: field, ...fault }] });
}

function weaknessOf(
  password: string,
  owner: { username: string; displayName: string },
): { code: string; message: string } | undefined {
  const characters = [...normalise(password)];
  if (characters.length < PASSWORD_LENGTH.min || characters.length > PASSWORD_LENGTH.max) {
    return {
      code: 'password.length',
      message: `a password has ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`,
    };
  }
  if (new Set(characters).size < 5 || /^[\d\s.,/+-]*$/.test(password)) {
    return { code: 'password.tooSimple', message: 'the password repeats few characters or is only a number' };
  }
  const plain = fold(password);
  const names = [owner.username, owner.displayName, ...owner.displayName.split(/\s+/)].map(fold);
  const withoutNames = takeOut(plain, names);
  if (withoutNames !== plain && rest(withoutNames) < 6) {
    return { code: 'password.likeName', message: 'the password is little more than the name of its owner' };
  }
  const left = takeOut(withoutNames, COMMON_WORDS);
  if (left !== plain && rest(left) < 5) {
    return { code: 'password.common', message: 'the password is made of words that are guessed first' };
  }
  return undefined;
}

/** Lower case, without accents, spaces and signs. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** What stands in the place of a word that was taken out, so that the pieces around it form no new word. */
const GAP = ' ';

function takeOut(text: string, words: readonly string[]): string {
  return words
    .filter((word) => word.length >= 4)
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, word) => left.replaceAll(word, GAP), text);
}

/** How much guessing remains: letters count one each, a run of digits (a year, 123456) counts one in all. */
function rest(text: string): number {
  return text.replaceAll(GAP, '').replaceAll(/\d+/g, '0').length;
}
