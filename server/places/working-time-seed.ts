import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Fault } from '#base/errors';
import { type WorkingTime, workingTimeSchema } from '#contracts/places';

const seedSchema = workingTimeSchema.extend({ note: z.string() });

/** Working time as it comes with the program: `config/working-time.json`. */
export async function readWorkingTimeSeed(): Promise<WorkingTime> {
  const text = await readFile(new URL('../../config/working-time.json', import.meta.url), 'utf8');
  const { note: _, ...time } = seedSchema.parse(JSON.parse(text));
  checkWorkingTime(time);
  return time;
}

/** Throws `Fault` `invalid` for what the schema cannot see: hours over each other, a day twice, no working day at all. */
export function checkWorkingTime({ weekdays, hours, days, schoolTerms }: WorkingTime): void {
  hours.forEach(({ fromMinute, toMinute }, at) => {
    const before = hours[at - 1];
    if (fromMinute >= toMinute) throw wrong(`hours.${at}.toMinute`, 'endsFirst', 'hours end after they begin');
    if (before !== undefined && fromMinute < before.toMinute) {
      throw wrong(`hours.${at}.fromMinute`, 'overlap', 'hours are in order, none over another');
    }
  });
  if (weekdays.length === 0) throw wrong('weekdays', 'none', 'there is work on one day of the week at least');
  const dates = new Set<string>();
  days.forEach(({ date }, at) => {
    if (dates.has(date)) throw wrong(`days.${at}.date`, 'twice', `${date} is there twice`);
    dates.add(date);
  });
  schoolTerms?.forEach(({ from, to }, at) => {
    if (from > to) throw wrong(`schoolTerms.${at}.to`, 'endsFirst', 'a term ends after it begins');
  });
}

function wrong(path: string, code: string, message: string): Fault {
  return new Fault('invalid', `workingTime.${code}`, message, { fields: [{ path, code, message }] });
}
