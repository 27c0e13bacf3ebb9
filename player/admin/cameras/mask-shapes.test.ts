import { describe, expect, it } from 'vitest';
import { privacyMaskSchema } from '#contracts/camera';
import { moved, starterArea } from '../drawing/shapes.ts';
import { type Masks, mayAddMask, renamed, reshaped, withMask, withoutMask } from './mask-shapes.ts';

describe('masks', () => {
  it('are taken by the server as they begin, and change one at a time', () => {
    let masks: Masks = [];
    for (let at = 0; mayAddMask(masks); at += 1) masks = withMask(masks, `${at}`, starterArea(at));
    expect(masks).toHaveLength(32);
    for (const mask of masks) expect(privacyMaskSchema.safeParse(mask).success).toBe(true);
    const changed = reshaped(renamed(masks, 1, 'cửa sổ'), 1, (points) => moved(points, [0.1, 0]));
    expect(changed.filter((mask, at) => mask !== masks[at])).toHaveLength(1);
    expect(changed[1]).toMatchObject({ name: 'cửa sổ', points: { 0: [0.5, 0.4] } });
    expect(withoutMask(changed, 1)).toEqual(masks.filter((_, at) => at !== 1));
  });
});
