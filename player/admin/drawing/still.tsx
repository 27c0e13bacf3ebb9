import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './drawing.module.css';

/** The camera's newest picture. Without one shapes can still be moved: where they are is known. */
export function Still(props: { cameraId: string; missingText: string; onAspect: (aspect: number) => void }) {
  const { t } = useTranslation('faults');
  const [attempt, setAttempt] = useState(0);
  const [missing, setMissing] = useState(false);
  if (missing) {
    return (
      <div className={classes.missing}>
        {props.missingText}
        <Button
          size="xs"
          variant="default"
          style={{ zIndex: 1 }}
          onClick={() => {
            setAttempt(attempt + 1);
            setMissing(false);
          }}
        >
          {t('retry')}
        </Button>
      </div>
    );
  }
  return (
    <img
      src={`/live/${encodeURIComponent(props.cameraId)}/snapshot.jpg?width=1280&attempt=${attempt}`}
      alt=""
      draggable={false}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        props.onAspect(naturalWidth / Math.max(1, naturalHeight))
      }
      onError={() => setMissing(true)}
    />
  );
}
