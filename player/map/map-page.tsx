import { Button, Checkbox, Group, Select } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearch } from 'wouter';
import { SEVERITIES } from '#contracts/severity';
import { useApi } from '../api/context.tsx';
import { useCameras } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { isOver } from '../api/sector-cache.ts';
import { useAreas, useIndicators, useMap, useSectorEvents } from '../api/sector-queries.ts';
import { incidentLink, liveLink, sectorEventLink, sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { MapLegend, useAreaFills } from '../sectors/area-fills.tsx';
import { useSectorTexts, useWords } from '../sectors/texts.ts';
import { matches } from '../ui/fold.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import { SearchField } from '../ui/search-field.tsx';
import { planeOf, shapeAt } from './geometry.ts';
import classes from './map.module.css';
import { MapPanel } from './map-panel.tsx';
import type { MapMark } from './province-map.tsx';

const LAYERS = ['cameras', 'events', 'incidents'] as const;
type Layer = (typeof LAYERS)[number];

/** The province: what is there, what happens, and how an indicator stands; an area can fill a wall. */
export default function MapPage() {
  useSectorTexts();
  const { t } = useTranslation('sectors');
  const words = useWords();
  const api = useApi();
  const { can } = useSession();
  const [, navigate] = useLocation();
  const query = new URLSearchParams(useSearch());
  const cameras = useCameras();
  const events = useSectorEvents(can('sector.read'));
  const mayIncidents = can('incident.manage');
  const incidents = useQuery({
    queryKey: [...queryKeys.incidents, 'open'],
    queryFn: ({ signal }) => api.incidents.list({ state: 'open', limit: 50 }, signal),
    enabled: mayIncidents,
  });
  const areas = useAreas();
  const map = useMap();
  const indicators = useIndicators(can('sector.read'));
  const [hidden, setHidden] = useState<ReadonlySet<Layer>>(new Set());
  const [code, setCode] = useState<string | null>(query.get('indicator'));
  const [chosen, setChosen] = useState<string | null>(query.get('area'));
  const [search, setSearch] = useState('');
  const indicator = indicators.data?.find((one) => one.code === code);
  const { fills, shades } = useAreaFills(indicator);
  const marks = useMemo<readonly MapMark[]>(() => {
    const ofEvents = hidden.has('events')
      ? []
      : (events.data ?? []).flatMap((event) =>
          event.place === null || isOver(event)
            ? []
            : [
                {
                  id: event.id,
                  kind: 'event' as const,
                  severity: event.severity,
                  title: words(event.title),
                  ...point(event.place),
                },
              ],
        );
    const ofIncidents = hidden.has('incidents')
      ? []
      : (incidents.data ?? []).flatMap(({ id, severity, title, place }) =>
          place === null || place.latitude === null || place.longitude === null
            ? []
            : [
                {
                  id,
                  kind: 'incident' as const,
                  severity,
                  title,
                  latitude: place.latitude,
                  longitude: place.longitude,
                },
              ],
        );
    return [...ofEvents, ...ofIncidents].sort(
      (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
    );
  }, [events.data, incidents.data, hidden, words]);
  const focus = useMemo(() => {
    const [latitude, longitude] = [
      Number(query.get('latitude') ?? Number.NaN),
      Number(query.get('longitude') ?? Number.NaN),
    ];
    return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
  }, [query.get]);
  const inArea = useMemo(() => {
    if (chosen === null || map.data === undefined) return [];
    // Any size will do: only which shape holds a point is asked.
    const plane = planeOf(map.data, 1000, 1000);
    return (cameras.data ?? []).filter(({ place }) => {
      const at = place === null ? null : plane.project(place);
      return at !== null && shapeAt(plane.shapes, at)?.code === chosen;
    });
  }, [chosen, map.data, cameras.data]);
  const communes = useMemo(
    () =>
      areas.data?.filter(
        ({ level, validToMs, name }) => level === 'commune' && validToMs === null && matches(name, search),
      ) ?? [],
    [areas.data, search],
  );
  const area = areas.data?.find((one) => one.code === chosen);
  const shownLayers = LAYERS.filter((layer) =>
    layer === 'incidents' ? mayIncidents : layer === 'events' ? can('sector.read') : can('camera.view'),
  );
  return (
    <div className={classes.page}>
      <div className={classes.main}>
        <header className={classes.toolbar}>
          <h1>{t('map.title')}</h1>
          <Group gap="md" role="group" aria-label={t('map.layers')}>
            {shownLayers.map((layer) => (
              <Checkbox
                key={layer}
                size="xs"
                label={t(`map.layer.${layer}`)}
                checked={!hidden.has(layer)}
                onChange={(event) => {
                  const next = new Set(hidden);
                  if (event.currentTarget.checked) next.delete(layer);
                  else next.add(layer);
                  setHidden(next);
                }}
              />
            ))}
          </Group>
          {can('sector.read') && (
            <Select
              size="xs"
              w="20rem"
              maw="100%"
              searchable
              clearable
              filter={optionsFilter}
              aria-label={t('map.indicator')}
              placeholder={t('map.indicator')}
              data={
                indicators.data
                  ?.filter(({ shown, level }) => shown && level === 'commune')
                  .map((one) => ({ value: one.code, label: words(one.name) })) ?? []
              }
              value={code}
              onChange={setCode}
            />
          )}
        </header>
        <div className={classes.canvasArea}>
          <MapPanel
            label={t('map.title')}
            fills={fills}
            chosen={chosen}
            onChoose={setChosen}
            {...(hidden.has('cameras') ? {} : { cameras: cameras.data ?? [] })}
            onCamera={(cameraId) => navigate(liveLink(cameraId))}
            marks={marks}
            onMark={({ kind, id }) => navigate(kind === 'incident' ? incidentLink(id) : sectorEventLink(id))}
            focus={focus}
          />
        </div>
      </div>
      <aside className={classes.side} aria-label={t('area.label')}>
        {indicator !== undefined && <MapLegend indicator={indicator} shades={shades} />}
        {area !== undefined && (
          <section>
            <h2>{area.name}</h2>
            <p style={{ margin: '0.25rem 0', color: 'var(--tn-dim)' }}>
              {t('map.camerasIn', { count: inArea.length })}
            </p>
            <Group gap="xs">
              {inArea.length > 0 && (
                <Button
                  size="xs"
                  component={Link}
                  href={liveLink(...inArea.map(({ id }) => id))}
                  leftSection={<IconLayoutGrid size={16} aria-hidden />}
                >
                  {t('map.fillWall')}
                </Button>
              )}
              {indicator !== undefined && (
                <Button
                  size="xs"
                  variant="default"
                  component={Link}
                  href={sectorLink(indicator.sector, { area: area.code, figure: indicator.code })}
                >
                  {t('map.openArea')}
                </Button>
              )}
            </Group>
          </section>
        )}
        <SearchField label={t('areas.search')} value={search} onChange={setSearch} />
        <ul className={classes.areaList}>
          {communes.map(({ code: each, name }) => (
            <li key={each}>
              <button
                type="button"
                aria-pressed={each === chosen}
                onClick={() => setChosen(each === chosen ? null : each)}
              >
                <span>{name}</span>
                <span>{fills?.get(each)?.text ?? ''}</span>
              </button>
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}

function point({ latitude, longitude }: { latitude: number; longitude: number }) {
  return { latitude, longitude };
}
