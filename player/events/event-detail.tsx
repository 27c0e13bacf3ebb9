import { Button, Group, Stack } from '@mantine/core';
import { IconArrowLeft, IconBell, IconDatabase, IconEye, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { TamnhinEvent } from '#contracts/events';
import { isAboutStorage } from '../api/about-storage.ts';
import { conditionOf } from '../api/camera-condition.ts';
import { useCameras } from '../api/queries.ts';
import { liveLink, playbackLink, STORAGE_PATH } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { StateDot } from '../ui/state-dot.tsx';
import { EventPictures } from './event-pictures.tsx';
import { sentenceOf } from './event-sentence.ts';
import { pictureFaultOf } from './picture-fault.ts';

/** Somebody wants to see how it came to it. */
const BEFORE_EVENT_MS = 5000;

/** One event in full: what, when, which camera, how that camera is now, and the way to its picture. */
export function EventDetail({ event, close }: { event: TamnhinEvent | null; close: () => void }) {
  const { t } = useTranslation(['events', 'faults', 'app']);
  const cameras = useCameras();
  const { can } = useSession();
  const dates = useDates();
  if (event === null) return <EmptyState icon={IconBell} title={t('choose')} />;
  const camera = cameras.data?.find(({ id }) => id === event.cameraId);
  const cameraName = camera?.name ?? t('unknownCamera');
  const fault = event.type === 'vn.tamnhin.camera.down' ? event.data.fault : null;
  const picture = pictureFaultOf(event);
  const lasts = picture !== null && camera?.pictureFault?.fault === picture.fault;
  return (
    <Page title={sentenceOf(event, { t, cameraName })}>
      <Stack gap="md" maw="40rem">
        <Panel>
          <FactList
            facts={[
              [
                t('severity'),
                <Group key="severity" gap={6}>
                  <SeverityMark severity={event.severity} />
                  {t(`app:severities.${event.severity}`)}
                </Group>,
              ],
              [t('time'), dates.full(event.timeMs)],
              [t('age'), <AgeText key="age" ms={event.timeMs} />],
              [t('camera'), camera === undefined ? (event.cameraId ?? '') : cameraLabel(camera)],
              [t('now'), camera === undefined ? '' : <StateDot key="now" state={conditionOf(camera).state} withWord />],
              [t('pictureState'), picture === null ? '' : lasts ? t('pictureLasts') : t('pictureOver')],
              [t('means'), fault === null ? '' : t(`faults:camera.${fault}.means`)],
              [t('means'), picture === null ? '' : t(`pictureMeans.${picture.fault}`)],
              [t('todo'), fault === null ? '' : t(`faults:camera.${fault}.todo`)],
              [t('todo'), picture === null ? '' : t(`pictureTodo.${picture.fault}`)],
              [t('sequence'), event.sequence],
            ]}
          />
        </Panel>
        {picture !== null && picture.pictures !== null && event.cameraId !== null && can('camera.playback') && (
          <EventPictures cameraId={event.cameraId} name={picture.pictures} />
        )}
        <Group>
          <Button variant="default" hiddenFrom="sm" leftSection={<IconArrowLeft size={16} />} onClick={close}>
            {t('app:common.back')}
          </Button>
          {camera !== undefined && (
            <Button component={Link} href={liveLink(camera.id)} leftSection={<IconEye size={16} />}>
              {t('openOnWall')}
            </Button>
          )}
          {isAboutStorage(event) && can('system.manage') && (
            <Button component={Link} href={STORAGE_PATH} leftSection={<IconDatabase size={16} />}>
              {t('openStorage')}
            </Button>
          )}
          {camera !== undefined && can('camera.playback') && (
            <Button
              component={Link}
              href={playbackLink([camera.id], (picture?.sinceMs ?? event.timeMs) - BEFORE_EVENT_MS)}
              variant="default"
              leftSection={<IconPlayerPlay size={16} />}
            >
              {t('openRecording')}
            </Button>
          )}
        </Group>
      </Stack>
    </Page>
  );
}
