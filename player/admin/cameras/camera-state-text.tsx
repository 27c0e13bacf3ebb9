import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import { conditionOf } from '../../api/camera-condition.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import classes from './camera-state-text.module.css';

/** State, reason and since when, in one cell. */
export function CameraStateText({ camera }: { camera: CameraView }) {
  const { t } = useTranslation(['faults']);
  const { state, fault, sinceMs, detail } = conditionOf(camera);
  return (
    <span className={classes.state} title={detail === '' ? undefined : detail}>
      <StateDot state={state} withWord />
      <span className={classes.more}>
        {fault !== null && <span>{t(`camera.${fault}.name`)}</span>}
        {sinceMs !== null && state !== 'disabled' && <AgeText ms={sinceMs} bare />}
      </span>
    </span>
  );
}
