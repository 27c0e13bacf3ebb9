import { IconCurrentLocation } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { MapView } from '#contracts/places';
import type { PortalView } from '#contracts/reports';
import { fold } from '../ui/fold.ts';
import { holds } from '../ui/projection.ts';
import type { Draft, SetDraft } from './draft.ts';
import { Field } from './field.tsx';
import { portalApi } from './portal-api.ts';
import { PortalMap } from './portal-map.tsx';
import { fill, useLanguage } from './words.tsx';

const LOCATE_MS = 15_000;
const MOST_FOUND = 6;

/** By the phone's own place, by a mark on the map, or by the name of the commune. */
export function StepWhere(props: { view: PortalView; draft: Draft; set: SetDraft; error: string | undefined }) {
  const { view, draft, set } = props;
  const { t } = useLanguage();
  const [map, setMap] = useState<MapView | null>(null);
  const [locating, setLocating] = useState<'no' | 'yes' | 'denied'>('no');
  const [located, setLocated] = useState(0);
  const names = useMemo(() => new Map(view.areas.map(({ code, name }) => [code, name])), [view]);
  useEffect(() => {
    // Without a map the other two ways are still there.
    if (view.mapVersion > 0) portalApi.map().then(setMap, () => undefined);
  }, [view.mapVersion]);
  const place =
    draft.latitude === null || draft.longitude === null
      ? null
      : { latitude: draft.latitude, longitude: draft.longitude };
  const holding =
    place === null || map === null
      ? null
      : (map.areas.find(({ level, polygons }) => level === 'commune' && holds(polygons, place))?.code ?? '');

  function locate(): void {
    if (!('geolocation' in navigator)) {
      setLocating('denied');
      return;
    }
    setLocating('yes');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setLocating('no');
        setLocated((times) => times + 1);
        set({
          ...{ latitude: coords.latitude, longitude: coords.longitude, accuracy: Math.round(coords.accuracy) },
          areaCode: '',
        });
      },
      () => setLocating('denied'),
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 60_000 },
    );
  }

  return (
    <>
      <h1>{t.where.title}</h1>
      <button type="button" className="wide" disabled={locating === 'yes'} onClick={locate}>
        <IconCurrentLocation size={20} aria-hidden />
        {locating === 'yes' ? t.where.locating : t.where.here}
      </button>
      <div role="status" aria-live="polite">
        {locating === 'denied' && <p className="note warn">{t.where.denied}</p>}
        {place !== null && (
          <p className={holding === '' ? 'note bad' : 'note good'}>
            {holding === ''
              ? t.where.outside
              : fill(t.where.chosen, {
                  area: names.get(holding ?? '') ?? `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`,
                })}
            {draft.accuracy !== null && ` (${fill(t.where.accuracy, { m: draft.accuracy })})`}{' '}
            <button
              type="button"
              className="plain"
              onClick={() => set({ latitude: null, longitude: null, accuracy: null })}
            >
              {t.where.clear}
            </button>
          </p>
        )}
      </div>
      {map !== null ? (
        <>
          <p className="hint">{t.where.map}</p>
          <PortalMap
            key={located}
            map={map}
            names={names}
            place={place}
            area={draft.areaCode}
            onPlace={(at) => set({ ...at, accuracy: null, areaCode: '' })}
          />
        </>
      ) : (
        view.mapVersion === 0 && <p className="hint">{t.where.noMap}</p>
      )}
      {place === null && <Commune areas={view.areas} chosen={draft.areaCode} set={set} />}
      <Field id="place" label={t.where.name} hint={t.where.nameHint}>
        <input
          id="place"
          aria-describedby="place-hint"
          maxLength={200}
          autoComplete="off"
          value={draft.placeName}
          onChange={(event) => set({ placeName: event.currentTarget.value })}
        />
      </Field>
      {props.error !== undefined && (
        <p className="wrong" role="alert">
          {props.error}
        </p>
      )}
    </>
  );
}

/** Found by its name, typed without accents as well. */
function Commune(props: { areas: PortalView['areas']; chosen: string; set: SetDraft }) {
  const { areas, chosen, set } = props;
  const { t } = useLanguage();
  const [typed, setTyped] = useState(areas.find(({ code }) => code === chosen)?.name ?? '');
  if (areas.length === 0) return null;
  const words = fold(typed);
  const found = words === '' ? [] : areas.filter(({ name }) => fold(name).includes(words)).slice(0, MOST_FOUND);
  return (
    <Field id="commune" label={t.where.commune} hint={t.where.communeHint}>
      <input
        id="commune"
        aria-describedby="commune-hint"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          set({ areaCode: '' });
        }}
      />
      {chosen === '' && words !== '' && (
        <div className="found" role="status" aria-live="polite">
          {found.length === 0 && <p className="hint">{t.where.none}</p>}
          {found.map(({ code, name }) => (
            <button
              key={code}
              type="button"
              onClick={() => {
                setTyped(name);
                set({ areaCode: code });
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </Field>
  );
}
