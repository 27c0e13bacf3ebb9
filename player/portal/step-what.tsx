import {
  IconAlertTriangle,
  IconBuildingCommunity,
  IconDots,
  IconFileText,
  IconHome,
  IconLeaf,
  IconMap,
  IconRoad,
  IconTool,
  IconTrafficLights,
  IconWifi,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ServiceView } from '#contracts/reports';
import type { Draft, SetDraft } from './draft.ts';
import { useLanguage } from './words.tsx';

/** By words of the group's English name, which an administrator may have changed. */
const ICONS: readonly (readonly [RegExp, TablerIcon])[] = [
  [/emergency/i, IconAlertTriangle],
  [/traffic/i, IconTrafficLights],
  [/road|street/i, IconRoad],
  [/environment|waste|tree/i, IconLeaf],
  [/infrastructure|water|power|light/i, IconTool],
  [/telecom|network/i, IconWifi],
  [/procedure/i, IconFileText],
  [/reform|office|admin/i, IconBuildingCommunity],
  [/tour/i, IconMap],
  [/urban|order|house/i, IconHome],
];
const iconOf = (group: string): TablerIcon => ICONS.find(([words]) => words.test(group))?.[1] ?? IconDots;

/** First a group with its icon, then what exactly. */
export function StepWhat(props: {
  services: readonly ServiceView[];
  draft: Draft;
  set: SetDraft;
  error: string | undefined;
}) {
  const { services, draft, set } = props;
  const { t, name } = useLanguage();
  const groups = [...new Map(services.map(({ group }) => [group.en, group])).values()];
  const inGroup = services.filter(({ group }) => group.en === draft.group);
  const emergency =
    services.find(({ code }) => code === draft.service)?.emergency ?? inGroup.some((one) => one.emergency);
  return (
    <>
      <h1>{t.what.title}</h1>
      {inGroup.length === 0 ? (
        <>
          <p className="hint">{t.what.hint}</p>
          <div className="tiles">
            {groups.map((group) => {
              const Icon = iconOf(group.en);
              return (
                <button
                  key={group.en}
                  type="button"
                  className="tile"
                  data-emergency={services.some((one) => one.group.en === group.en && one.emergency)}
                  onClick={() => {
                    const only = services.filter((one) => one.group.en === group.en);
                    set({ group: group.en, service: only.length === 1 ? (only[0]?.code ?? '') : '' });
                  }}
                >
                  <Icon size={30} stroke={1.6} aria-hidden />
                  <span>{name(group)}</span>
                </button>
              );
            })}
          </div>
        </>
      ) : (
        <>
          {emergency && <p className="note bad">{t.what.emergency}</p>}
          <fieldset className="choices">
            <legend>{t.what.choose}</legend>
            {inGroup.map((service) => (
              <label key={service.code} className="choice">
                <input
                  type="radio"
                  name="service"
                  value={service.code}
                  checked={draft.service === service.code}
                  onChange={() => set({ service: service.code })}
                />
                <span>
                  <strong>{name(service.name)}</strong>
                  <span className="hint">{name(service.description)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <button type="button" className="plain" onClick={() => set({ group: '', service: '' })}>
            {t.what.other}
          </button>
        </>
      )}
      {props.error !== undefined && (
        <p className="wrong" role="alert">
          {props.error}
        </p>
      )}
    </>
  );
}
