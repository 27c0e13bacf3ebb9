import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { AlertView } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import { useGroups } from '../api/queries.ts';
import { incidentLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { useDates } from '../ui/dates.ts';
import { FactList } from '../ui/fact-list.tsx';
import { objectName } from '../ui/object-name.ts';

/** What is known of an alert, under each other. */
export function AlertFacts({ alert, camera }: { alert: AlertView; camera: CameraView | undefined }) {
  const { t, i18n } = useTranslation(['alerts', 'app']);
  const groups = useGroups();
  const { can } = useSession();
  const dates = useDates();
  const { detection } = alert;
  const group = groups.data?.find(({ id }) => id === camera?.groupId);
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const verdict =
    alert.verdict === null || alert.reason === null
      ? ''
      : `${t(`verdicts.${alert.verdict}`)} · ${t(`reasons.${alert.reason}`)}`;
  return (
    <FactList
      facts={[
        [t('facts.rule'), detection.ruleName],
        [t('facts.what'), detection.label === null ? '' : objectName((key) => t(key), detection.label)],
        [t('facts.score'), detection.score === null ? '' : percent.format(detection.score)],
        [t('facts.count'), detection.count ?? ''],
        [t('facts.opened'), dates.full(alert.openedMs)],
        [t('facts.age'), <AgeText key="age" ms={alert.openedMs} />],
        [
          t('facts.last'),
          alert.count > 1 ? `${dates.full(alert.lastEventMs)} (${t('times', { count: alert.count })})` : '',
        ],
        [t('facts.camera'), camera === undefined ? '' : cameraLabel(camera)],
        [t('facts.group'), group?.name ?? ''],
        [t('facts.place'), camera?.place == null ? '' : <Position key="place" {...camera.place} />],
        [t('facts.model'), detection.model ?? ''],
        [
          t('facts.incident'),
          alert.incidentId === null || !can('incident.manage') ? (
            ''
          ) : (
            <Anchor key="incident" component={Link} href={incidentLink(alert.incidentId)}>
              {t('openIncident')}
            </Anchor>
          ),
        ],
        [t('facts.verdict'), verdict],
        [t('facts.note'), alert.closeNote ?? ''],
      ]}
    />
  );
}

/** For any program that shows maps: the page itself leads nowhere outside. */
function Position({ latitude, longitude }: { latitude: number; longitude: number }) {
  const text = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return <Anchor href={`geo:${latitude},${longitude}`}>{text}</Anchor>;
}
