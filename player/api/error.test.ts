import { describe, expect, it } from 'vitest';
import { ApiError, errorOfReply, errorOfThrown } from './error.ts';

describe('errorOfReply', () => {
  it('reads the body of the server', () => {
    const body = {
      error: {
        kind: 'tooMany',
        code: 'access.wait',
        message: 'wait',
        fields: [{ path: 'a', code: 'b', message: 'c' }],
        retryAfterMs: 4000,
      },
    };
    expect(errorOfReply(429, body)).toMatchObject({
      kind: 'tooMany',
      code: 'access.wait',
      status: 429,
      retryAfterMs: 4000,
      fields: [{ path: 'a' }],
    });
  });

  it.each([
    [401, 'unauthenticated'],
    [404, 'notFound'],
    [413, 'tooLarge'],
    [502, 'unavailable'],
    [500, 'internal'],
    [418, 'internal'],
  ])('goes by the status %d when something else answers', (status, kind) => {
    for (const body of ['<html>', undefined, null, { error: 'no' }, { error: { kind: 1 } }])
      expect(errorOfReply(status, body)).toMatchObject({ kind, status });
  });
});

describe('errorOfThrown', () => {
  it('tells a time-out from a dead line, and keeps what is known', () => {
    expect(errorOfThrown(new DOMException('late', 'TimeoutError')).kind).toBe('noAnswer');
    expect(errorOfThrown(new TypeError('fetch failed')).kind).toBe('offline');
    const known = new ApiError('conflict');
    expect(errorOfThrown(known)).toBe(known);
  });
});
