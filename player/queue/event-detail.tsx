import { ActionIcon, Tooltip } from '@mantine/core';
import { IconExternalLink, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SectorEventDetails, SectorEventView } from '#contracts/sector-events';
import { useApi } from '../api/context.tsx';
import { useCameras } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators, useNearCameras, useSectors, useUnits } from '../api/sector-queries.ts';
import { alertLink, incidentLink, playbackLink, reportLink, sectorEventLink, sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { CameraPicture } from '../live/camera-picture.tsx';
import { MapPanel } from '../map/map-panel.tsx';
import type { WallClient } from '../media/wall-client.ts';
import { ClipLoop } from '../playback/clip-loop.tsx';
import { SyntheticMark } from '../sectors/figure-parts.tsx';
import { numberText } from '../sectors/figure-words.ts';
import { stepText } from '../sectors/machine-words.ts';
import { useLocale, useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { FactList } from '../ui/fact-list.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { EventActions } from './event-actions.tsx';
import { insideFirst, spotOf } from './event-spot.ts';
import classes from './queue.module.css';
import { DueClock } from './queue-list.tsx';
import { clipRange } from './queue-order.ts';

const MOST_CAMERAS = 4;

/**
 * An event of a sector in full: what, where, the recorded minute of the nearest camera, who did what. `wall`: its
 * nearest cameras live as well, where no wall beside shows them.
 */
export function EventDetail(props: { event: SectorEventView; wall?: WallClient; onClose?: () => void }) {
  const { event: listed, wall, onClose } = props;
  const { t } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const dates = useDates();
  const locale = useLocale();
  const api = useApi();
  const { can, serverNow } = useSession();
  const details = useQuery({
    queryKey: queryKeys.sectorEvent(listed.id),
    queryFn: ({ signal }) => api.sectorEvents.get(listed.id, signal),
  });
  const event: SectorEventView | SectorEventDetails =
    details.data !== undefined && details.data.version >= listed.version ? details.data : listed;
  const known = details.data;
  const sectors = useSectors();
  const areas = useAreas();
  const units = useUnits();
  const indicators = useIndicators();
  const cameras = useCameras();
  const spot = useMemo(() => spotOf(event, areas.data ?? []), [event, areas.data]);
  const near = useNearCameras(spot);
  const shown = useMemo(
    () =>
      insideFirst(
        near.data?.flatMap(({ cameraId }) => cameras.data?.find(({ id }) => id === cameraId) ?? []) ?? [],
        spot?.bounds ?? null,
      ).slice(0, MOST_CAMERAS),
    [near.data, cameras.data, spot],
  );
  const sector = sectors.data?.find(({ key }) => key === event.sector);
  const type = sector?.eventTypes.find(({ key }) => key === event.type);
  const indicator = indicators.data?.find(({ code }) => code === event.indicator);
  const [first] = shown;
  const clip = clipRange(event.occurredMs, serverNow());
  const marks = useMemo(
    () =>
      event.place === null
        ? []
        : [
            {
              id: event.id,
              kind: 'event' as const,
              severity: event.severity,
              title: words(event.title),
              ...event.place,
            },
          ],
    [event, words],
  );
  const place = useMemo(() => (spot === null ? null : { latitude: spot.latitude, longitude: spot.longitude }), [spot]);
  return (
    <article className={classes.detail} data-event-detail={event.id} aria-label={words(event.title)}>
      <header className={classes.detailHead}>
        <SeverityMark severity={event.severity} size={18} />
        <h2>{words(event.title)}</h2>
        {onClose !== undefined && (
          <Tooltip label={t('app:common.close')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('app:common.close')} onClick={onClose}>
              <IconX size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      {event.detail !== '' && <p className={classes.text}>{event.detail}</p>}
      <EventActions event={event} />
      <FactList
        facts={[
          [
            t('event.sector'),
            sector === undefined ? (
              event.sector
            ) : (
              <Link key="sector" href={sectorLink(event.sector)}>
                {words(sector.name)}
              </Link>
            ),
          ],
          [t('event.type'), type === undefined ? '' : words(type.name)],
          [t('event.occurred'), dates.full(event.occurredMs)],
          [
            t('event.due'),
            event.dueMs === null || event.acknowledgedMs !== null ? '' : <DueClock key="due" dueMs={event.dueMs} />,
          ],
          [
            t('event.place'),
            event.place === null
              ? ''
              : event.place.name || `${event.place.latitude.toFixed(5)}, ${event.place.longitude.toFixed(5)}`,
          ],
          [t('event.area'), areas.data?.find(({ code }) => code === event.areaCode)?.name ?? event.areaCode],
          [t('event.unit'), units.data?.find(({ id }) => id === event.unitId)?.name ?? ''],
          [
            t('event.figure'),
            indicator === undefined ? (
              ''
            ) : (
              <Link key="figure" href={sectorLink(indicator.sector, { figure: indicator.code, area: event.areaCode })}>
                {words(indicator.name)}
                {event.value !== null &&
                  `: ${numberText(event.value, indicator.decimals, locale)} ${words(indicator.unit)}`}
              </Link>
            ),
          ],
          [t('event.count'), event.count > 1 ? String(event.count) : ''],
          [t('event.state'), t(`event.states.${event.state}`)],
          [t('event.owner'), event.acknowledgedBy?.name],
          [
            t('event.source'),
            <span key="source">
              {t(`event.sources.${event.source.kind}`)} {event.synthetic && <SyntheticMark />}
            </span>,
          ],
          [
            t('event.link'),
            event.source.kind === 'alert' && can('alert.claim') ? (
              <Link key="alert" href={alertLink(event.source.id)}>
                {t('event.openLink')}
              </Link>
            ) : event.source.kind === 'report' ? (
              <Link key="report" href={reportLink(event.source.id)}>
                {t('event.openLink')}
              </Link>
            ) : event.link !== null && /^https?:\/\//.test(event.link) ? (
              <a key="link" href={event.link} target="_blank" rel="noopener noreferrer">
                {t('event.openLink')} <IconExternalLink size={12} aria-hidden />
              </a>
            ) : (
              ''
            ),
          ],
        ]}
      />
      {spot !== null && spot.bounds !== null && (
        <p className={classes.dim} data-in-area>
          {t('event.inArea')}
        </p>
      )}
      {place !== null && (
        <div className={classes.mapBox}>
          <MapPanel label={t('event.place')} cameras={shown} marks={marks} focus={place} chosenMark={event.id} />
        </div>
      )}
      {place !== null && near.data !== undefined && shown.length === 0 && (
        <p className={classes.dim}>{t('event.noCameras')}</p>
      )}
      {wall !== undefined && shown.length > 0 && (
        <div className={classes.pictures} data-near-cameras={shown.length}>
          {shown.map((camera) => (
            <CameraPicture key={camera.id} camera={camera} wall={wall} beside={shown.length} />
          ))}
        </div>
      )}
      {first !== undefined && can('camera.playback') && clip !== null && (
        <section>
          <h3 className={classes.subtitle}>{t('event.recorded', { camera: first.name })}</h3>
          <ClipLoop key={`${event.id} ${first.id}`} cameraId={first.id} fromMs={clip.fromMs} toMs={clip.toMs} />
          <Link
            href={playbackLink(
              shown.map(({ id }) => id),
              clip.fromMs,
            )}
          >
            {t('event.playback')}
          </Link>
        </section>
      )}
      {known !== undefined && known.related.length > 0 && (
        <section>
          <h3 className={classes.subtitle}>{t('event.related')}</h3>
          <ul className={classes.list}>
            {known.related.map((related) => (
              <li key={related.id}>
                <Link href={sectorEventLink(related.id)} className={classes.row} style={{ textDecoration: 'none' }}>
                  <SeverityMark severity={related.severity} />
                  <span className={classes.sentence}>{words(related.title)}</span>
                  <span className={classes.foot}>
                    <AgeText ms={related.openedMs} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {known !== undefined && (
        <section>
          <h3 className={classes.subtitle}>{t('event.steps')}</h3>
          <ol className={classes.steps}>
            {known.steps.map((step) => (
              <li key={`${step.timeMs} ${step.kind} ${step.text}`}>
                <time dateTime={new Date(step.timeMs).toISOString()}>{dates.full(step.timeMs)}</time>{' '}
                {t(`event.stepKinds.${step.kind}`)}
                {step.by !== null && ` · ${step.by.name}`}
                {stepText(step, t) !== '' && <p className={classes.text}>{stepText(step, t)}</p>}
                {step.kind === 'joined' && can('incident.manage') && (
                  <p className={classes.text}>
                    <Link href={incidentLink(step.text)}>{t('event.toIncident')}</Link>
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
    </article>
  );
}
