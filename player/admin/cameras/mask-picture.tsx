import { useTranslation } from 'react-i18next';
import { MOST_MASK_POINTS } from '#contracts/camera';
import type { Point } from '../drawing/shapes.ts';
import { Surface } from '../drawing/surface.tsx';
import { LEAST_POINTS, type Masks, mayAddMask, reshaped } from './mask-shapes.ts';

export interface MaskPictureProps {
  readonly cameraId: string;
  readonly masks: Masks;
  /** Index of the mask whose points are shown, and of the point that the toolbar means. */
  readonly chosen: { readonly mask: number; readonly point: number | null } | null;
  readonly choose: (mask: number | null, point?: number) => void;
  readonly change: (to: (masks: Masks) => Masks, gesture?: string) => void;
  readonly add: (points: Point[]) => void;
  readonly undo: (kind: 'undo' | 'redo') => void;
}

/** The camera's still with its masks over it. A drag over the bare picture draws a rectangle. */
export function MaskPicture({ cameraId, masks, chosen, choose, change, add, undo }: MaskPictureProps) {
  const { t } = useTranslation('admin');
  return (
    <Surface
      cameraId={cameraId}
      shapes={masks.map(({ name, points }, at) => ({
        key: String(at),
        points,
        closed: true,
        look: 'mask',
        label: t('masks.shape', { name }),
        least: LEAST_POINTS,
        most: MOST_MASK_POINTS,
      }))}
      chosen={chosen === null ? null : { shape: chosen.mask, point: chosen.point }}
      choose={choose}
      change={(mask, to, gesture) => change((now) => reshaped(now, mask, to), gesture)}
      undo={undo}
      sketch={mayAddMask(masks) ? { kind: 'rectangle', add } : null}
      words={{
        picture: t('masks.picture'),
        noPicture: t('masks.noPicture'),
        point: (place) => t('masks.point', place),
        addPointHere: (place) => t('masks.addPointHere', place),
      }}
    />
  );
}
