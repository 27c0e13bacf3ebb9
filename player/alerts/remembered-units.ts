/** Who was sent last, by this person at this screen: newest first. */

const MOST_UNITS = 8;
const keyOf = (userId: string): string => `tamnhin.alerts.units.${userId}`;

export function readUnits(userId: string): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]');
    return Array.isArray(stored) ? stored.filter((unit) => typeof unit === 'string').slice(0, MOST_UNITS) : [];
  } catch {
    return [];
  }
}

export function rememberUnit(userId: string, unit: string): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(withUnit(readUnits(userId), unit)));
  } catch {
    // A full or forbidden store: the unit has to be typed again.
  }
}

export function withUnit(units: readonly string[], unit: string): readonly string[] {
  const same = unit.trim().toLocaleLowerCase();
  return [unit.trim(), ...units.filter((known) => known.toLocaleLowerCase() !== same)].slice(0, MOST_UNITS);
}
