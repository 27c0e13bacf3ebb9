import { describe, expect, it } from 'vitest';
import { COMMON_WORDS } from './password-list.ts';
import { assertGoodPassword, createPasswords } from './passwords.ts';

const cheap = createPasswords({ cost: 2 ** 10 });

describe('hashing', () => {
  it('uses scrypt with N 2^17, r 8, p 1 and a salt of its own', async () => {
    const passwords = createPasswords();
    const hash = await passwords.hash('đèn biển Vũng Tàu');
    expect(hash).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwords.verify('đèn biển Vũng Tàu', hash)).toEqual({ ok: true, rehash: false });
    expect(await cheap.verify('đèn biển Vũng Tàu', hash)).toEqual({ ok: true, rehash: true });
  });

  it('never makes the same hash twice, and tells right from wrong', async () => {
    const [one, two] = await Promise.all([cheap.hash('a password'), cheap.hash('a password')]);
    expect(one).not.toBe(two);
    expect(await cheap.verify('a password', one)).toEqual({ ok: true, rehash: false });
    expect(await cheap.verify('A password', one)).toEqual({ ok: false, rehash: false });
    expect(await cheap.verify('a password', null)).toEqual({ ok: false, rehash: false });
  });

  it('takes composed and decomposed letters for the same', async () => {
    const hash = await cheap.hash('mật khẩu'.normalize('NFD'));
    expect((await cheap.verify('mật khẩu'.normalize('NFC'), hash)).ok).toBe(true);
  });

  it('refuses a stored hash that it does not understand', async () => {
    await expect(cheap.verify('x', 'md5$abc')).rejects.toThrow(/unknown form/);
  });

  it('lets two run, thirty-two wait, and refuses the rest of a flood', async () => {
    const stored = await cheap.hash('flood');
    // Names that do not exist cost as much as those that do.
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => cheap.verify('flood', n % 2 === 0 ? stored : null)),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(34);
    for (const one of all) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ kind: 'tooMany', code: 'access.busy' });
    }
    await expect(cheap.hash('after')).resolves.toContain('scrypt$');
  });
});

describe('what is refused as a password', () => {
  const owner = { username: 'nguyenlan', displayName: 'Nguyễn Thị Lan' };
  const refused = (password: string): string | undefined => {
    try {
      assertGoodPassword(password, owner, 'password');
      return undefined;
    } catch (error) {
      expect(error).toMatchObject({ kind: 'invalid', fields: [{ path: 'password' }] });
      return (error as { code: string }).code;
    }
  };

  it.each([
    ['ngắn quá', 'password.length'],
    ['x1y2z3'.repeat(50), 'password.length'],
    ['aaaaaaaaaaaaaa', 'password.tooSimple'],
    ['abababababab', 'password.tooSimple'],
    ['123456789012', 'password.tooSimple'],
    ['0903 123 4567', 'password.tooSimple'],
    ['password1234', 'password.common'],
    ['PasswordPassword!', 'password.common'],
    ['Mật-Khẩu-2024!', 'password.common'],
    ['matkhau123456', 'password.common'],
    ['AnhYeuEm@2024', 'password.common'],
    ['tamnhin@123456', 'password.common'],
    ['hikvision12345', 'password.common'],
    ['qwertyuiop[]', 'password.common'],
    ['ViệtNam vô địch 1', 'password.common'],
    ['camera12345678', 'password.common'],
    ['NguyenLan@1990', 'password.likeName'],
    ['nguyễn thị lan 1', 'password.likeName'],
  ])('%s: %s', (password, code) => {
    expect(refused(password)).toBe(code);
  });

  it.each(['đèn biển Vũng Tàu', 'correct horse battery', 'k7#Lq9!xW2pz', 'tám con mèo xanh', 'Hà Nội mùa thu rơi lá'])(
    '%s is taken',
    (password) => {
      expect(refused(password)).toBeUndefined();
    },
  );

  it('the list holds some two hundred words, each as the comparison sees them', () => {
    expect(COMMON_WORDS.length).toBeGreaterThan(200);
    expect(new Set(COMMON_WORDS).size).toBe(COMMON_WORDS.length);
    for (const word of COMMON_WORDS) expect(word).toMatch(/^[a-z0-9]{3,}$/);
  });
});
