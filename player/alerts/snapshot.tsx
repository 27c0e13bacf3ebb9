import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DetectionData } from '#contracts/events';
import classes from './alerts.module.css';

/** The picture of the moment, with the box and the way of the object drawn over it by shares of the picture. */
export function Snapshot({ cameraId, detection }: { cameraId: string; detection: DetectionData }) {
  const { t } = useTranslation('alerts');
  const [missing, setMissing] = useState(false);
  const [shape, setShape] = useState<{ width: number; height: number } | null>(null);
  const { box, path, pictures } = detection;
  if (pictures === null || missing) return <p className={classes.missing}>{t('noSnapshot')}</p>;
  const source = `/api/cameras/${encodeURIComponent(cameraId)}/event-pictures/${encodeURIComponent(pictures)}/during`;
  const last = path.at(-1);
  const way = path.map(([x, y]) => `${x},${y}`).join(' ');
  return (
    <div className={classes.snapshot} style={{ aspectRatio: shape === null ? '16 / 9' : shape.width / shape.height }}>
      <img
        src={source}
        alt={t('snapshotAlt')}
        onError={() => setMissing(true)}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          naturalWidth > 0 && naturalHeight > 0 && setShape({ width: naturalWidth, height: naturalHeight })
        }
      />
      {/* Stretched with the picture: strokes keep their width, and dots are drawn as strokes without a length. */}
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {path.length > 1 && (
          <>
            <polyline className={classes.trackShadow} points={way} />
            <polyline className={classes.track} points={way} />
          </>
        )}
        {last !== undefined && <path className={classes.trackEnd} d={`M${last[0]} ${last[1]}h0.0001`} />}
        {box !== null && (
          <>
            <rect className={classes.boxShadow} x={box.left} y={box.top} width={box.width} height={box.height} />
            <rect className={classes.box} x={box.left} y={box.top} width={box.width} height={box.height} />
          </>
        )}
      </svg>
    </div>
  );
}
