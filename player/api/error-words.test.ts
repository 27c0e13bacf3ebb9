import { createInstance, type i18n } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { CAMERA_FAULTS } from '#contracts/camera';
import { FAULT_KINDS } from '#contracts/http';
import { textsEn } from '../app/text/all-en.ts';
import { textsVi } from '../app/text/all-vi.ts';
import { ApiError } from './error.ts';
import { existsIn, fieldWords, wordsOf } from './error-words.ts';

const RESOURCES = { vi: textsVi, en: textsEn };

describe.each(['vi', 'en'] as const)('errors in %s', (language) => {
  let instance: i18n;
  beforeAll(async () => {
    instance = createInstance();
    await instance.init({ lng: language, resources: RESOURCES, ns: ['faults'], defaultNS: 'faults' });
  });
  const words = (thrown: unknown) => wordsOf(thrown, instance.getFixedT(language, 'faults'), existsIn(instance));
  const texts = RESOURCES[language].faults;

  it.each([...FAULT_KINDS, 'offline', 'noAnswer'] as const)('%s says what, what it means, what to do', (kind) => {
    expect(words(new ApiError(kind))).toEqual(texts.kinds[kind]);
  });

  it('prefers the sentence of the code, and falls back to the kind', () => {
    expect(words(new ApiError('conflict', { code: 'camera.numberTaken' }))).toEqual(texts.codes.camera.numberTaken);
    expect(words(new ApiError('conflict', { code: 'camera.neverHeardOf' }))).toEqual(texts.kinds.conflict);
    expect(words(new ApiError('conflict', { code: 'camera' }))).toEqual(texts.kinds.conflict);
  });

  it('says when to try again', () => {
    expect(words(new ApiError('tooMany', { code: 'access.wait', retryAfterMs: 7001 })).todo).toContain('8');
  });

  it('takes everything else for a fault of ours', () =>
    expect(words(new TypeError('x'))).toEqual(texts.kinds.internal));

  it.each(CAMERA_FAULTS)('has a name, a meaning and an advice for the camera fault %s', (fault) => {
    expect(Object.values(texts.camera[fault]).every((text) => text.length > 3)).toBe(true);
  });

  it('translates the fault of a field, and shows the English of one that it does not know', () => {
    const say = (code: string) =>
      fieldWords(
        { path: 'x', code, message: 'in English' },
        instance.getFixedT(language, 'faults'),
        existsIn(instance),
      );
    expect(say('taken')).toBe(texts.fields.taken);
    expect(say('password.common')).toBe(texts.codes.password.common.what);
    expect(say('unauthorised')).toBe(texts.camera.unauthorised.means);
    expect(say('neverHeardOf')).toBe('in English');
  });
});
