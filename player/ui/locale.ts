/** English of a Vietnamese centre: day before month and 24 hours, as on its clocks. */
export function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : 'vi-VN';
}
