import { useLocalStorage } from '@mantine/hooks';
import { SEVERITIES, type Severity } from '#contracts/severity';

/** How a person wants to be called at this screen. */
export interface AlarmSettings {
  readonly sound: boolean;
  /** From this severity on. */
  readonly least: Severity;
  readonly desktop: boolean;
}
export const FIRST_SETTINGS: AlarmSettings = { sound: true, least: 'minor', desktop: false };

/** What another version of this page left there may be anything. */
export function readSettings(stored: string | undefined): AlarmSettings {
  try {
    const found: unknown = JSON.parse(stored ?? 'null');
    if (typeof found !== 'object' || found === null) return FIRST_SETTINGS;
    const { sound, least, desktop } = { sound: null, least: null, desktop: null, ...found };
    return {
      sound: typeof sound === 'boolean' ? sound : FIRST_SETTINGS.sound,
      least: SEVERITIES.find((severity) => severity === least) ?? FIRST_SETTINGS.least,
      desktop: typeof desktop === 'boolean' ? desktop : FIRST_SETTINGS.desktop,
    };
  } catch {
    return FIRST_SETTINGS;
  }
}

/** Kept in the browser: the loudspeaker is this screen's, and so is who sits at it. */
export function useAlarmSettings(userId: string): [AlarmSettings, (change: Partial<AlarmSettings>) => void] {
  const [settings, setSettings] = useLocalStorage<AlarmSettings>({
    key: `tamnhin.alarm.${userId}`,
    defaultValue: FIRST_SETTINGS,
    deserialize: readSettings,
    getInitialValueInEffect: false,
  });
  return [settings, (change) => setSettings((now) => ({ ...now, ...change }))];
}
