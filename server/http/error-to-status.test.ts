import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Fault } from '#base/errors';
import { FAULT_KINDS } from '#contracts/http';
import { CameraFault } from '../../camera-adapters/adapter.ts';
import { bodyOf, faultOf, STATUS } from './error-to-status.ts';

describe('what was thrown', () => {
  it('has a status for every kind, each above 399', () => {
    for (const kind of FAULT_KINDS) expect(STATUS[kind]).toBeGreaterThanOrEqual(400);
  });

  it.each([
    [new Fault('conflict', 'a.b', 'taken'), 409, 'a.b'],
    [new CameraFault('timeout', 'no answer'), 504, 'camera.timeout'],
    [new CameraFault('unauthorised', 'wrong password'), 503, 'camera.unauthorised'],
    [Object.assign(new Error('too large'), { status: 413 }), 413, 'request.tooLarge'],
    [Object.assign(new Error('Unexpected token'), { status: 400 }), 400, 'request.malformed'],
    [Object.assign(new Error('no file'), { status: 404 }), 404, 'route.unknown'],
    [new Error('inside'), 500, 'internal'],
    ['inside', 500, 'internal'],
    [undefined, 500, 'internal'],
  ])('%s', (thrown, status, code) => {
    const fault = faultOf(thrown);
    expect([STATUS[fault.kind], fault.code]).toEqual([status, code]);
    expect(JSON.stringify(bodyOf(fault))).not.toContain('inside');
  });

  it('names the fields of a request, and never repeats what they held', () => {
    const schema = z.object({ source: z.object({ password: z.string().max(3), port: z.number() }) });
    const { error } = schema.safeParse({ source: { password: 'hunter2', port: 'hunter2' } });
    const body = bodyOf(faultOf(error));
    expect(body.error.fields?.map(({ path }) => path)).toEqual(['source.password', 'source.port']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('says when to try again', () => {
    expect(bodyOf(new Fault('tooMany', 'a.b', 'later', { retryAfterMs: 1500 })).error.retryAfterMs).toBe(1500);
  });
});
