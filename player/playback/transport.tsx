import { ActionIcon, Button, Group, Popover, Select, TextInput, Tooltip } from '@mantine/core';
import {
  IconBookmark,
  IconBookmarks,
  IconCalendar,
  IconChevronLeft,
  IconChevronRight,
  IconFileCertificate,
  IconGavel,
  IconKeyboard,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconRewindBackward10,
  IconRewindForward10,
  IconVolume,
  IconVolumeOff,
  IconZoomIn,
  IconZoomOut,
  type TablerIcon,
} from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDates } from '../ui/dates.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';
import { type PlaybackCommand, rateText } from './keys.ts';
import classes from './playback.module.css';
import { type PlaybackClock, RATES } from './playback-clock.ts';
import { DAY_MS, spanOf, type TimeView } from './time-view.ts';
import type { Loop } from './use-loop.ts';

const SPANS = [
  ['s10', 10_000],
  ['m1', 60_000],
  ['m10', 600_000],
  ['h1', 3_600_000],
  ['h6', 21_600_000],
  ['d1', DAY_MS],
  ['d7', 7 * DAY_MS],
  ['d30', 30 * DAY_MS],
] as const;

export interface TransportProps {
  readonly clock: PlaybackClock;
  readonly loop: Loop;
  readonly view: TimeView;
  readonly listening: boolean;
  readonly mayExport: boolean;
  readonly mayHold: boolean;
  readonly onSpan: (spanMs: number) => void;
  readonly run: (command: PlaybackCommand) => void;
}

/** Play, speed, steps, when, and how much of time is shown. */
export function Transport({ clock, loop, view, listening, mayExport, mayHold, onSpan, run }: TransportProps) {
  const { t } = useTranslation('playback');
  const { playing, rate } = useClockState(clock);
  const span = SPANS.find(([, ms]) => Math.abs(spanOf(view) - ms) < ms * 0.02)?.[0] ?? null;
  const button = (command: PlaybackCommand, label: string, icon: TablerIcon) => (
    <TransportButton label={label} icon={icon} run={() => run(command)} />
  );
  return (
    <div className={classes.transport} role="toolbar" aria-label={t('play')}>
      <div className={classes.transportGroup}>
        {button('previousEvent', t('previousEvent'), IconPlayerSkipBack)}
        {button('back10', '−10 s', IconRewindBackward10)}
        {button('frameBack', t('frameBack'), IconChevronLeft)}
        <Tooltip label={t(playing ? 'pause' : 'play')}>
          <ActionIcon size="lg" aria-label={t(playing ? 'pause' : 'play')} data-play onClick={() => run('toggle')}>
            {playing ? <IconPlayerPauseFilled size={18} aria-hidden /> : <IconPlayerPlayFilled size={18} aria-hidden />}
          </ActionIcon>
        </Tooltip>
        {button('frameForward', t('frameForward'), IconChevronRight)}
        {button('forward10', '+10 s', IconRewindForward10)}
        {button('nextEvent', t('nextEvent'), IconPlayerSkipForward)}
      </div>
      <Select
        size="xs"
        w={84}
        aria-label={t('rate')}
        data={[...RATES, ...RATES.map((each) => -each)].map((each) => ({
          value: String(each),
          label: rateText(each),
        }))}
        value={String(rate)}
        allowDeselect={false}
        onChange={(value) => clock.setRate(Number(value ?? 1))}
      />
      <When clock={clock} loop={loop} />
      <span className={classes.grow} />
      <div className={classes.transportGroup}>
        {button('zoomOut', t('zoomOut'), IconZoomOut)}
        <Select
          size="xs"
          w={104}
          aria-label={t('span')}
          data={SPANS.map(([name]) => ({ value: name, label: t(`spans.${name}`) }))}
          value={span}
          placeholder="…"
          onChange={(name) => {
            const chosen = SPANS.find(([each]) => each === name);
            if (chosen !== undefined) onSpan(chosen[1]);
          }}
        />
        {button('zoomIn', t('zoomIn'), IconZoomIn)}
      </div>
      <div className={classes.transportGroup}>
        {button('sound', t(listening ? 'mute' : 'listen'), listening ? IconVolume : IconVolumeOff)}
        {button('bookmark', t('bookmark'), IconBookmark)}
        {button('bookmarks', t('bookmarks.list'), IconBookmarks)}
        {mayHold && button('hold', t('holdRange'), IconGavel)}
        {mayExport && button('export', t('export.title'), IconFileCertificate)}
        {button('now', t('now'), IconPlayerTrackNext)}
        {button('help', t('keys.title'), IconKeyboard)}
      </div>
    </div>
  );
}

function TransportButton({ label, icon: Icon, run }: { label: string; icon: TablerIcon; run: () => void }) {
  return (
    <Tooltip label={label} openDelay={300}>
      <ActionIcon size="lg" variant="subtle" color="gray" aria-label={label} onClick={run}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

/** The moment that is shown; a press lets one type another. */
function When({ clock, loop }: { clock: PlaybackClock; loop: Loop }) {
  const { t } = useTranslation('playback');
  const dates = useDates();
  const label = useRef<HTMLSpanElement>(null);
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');

  useEffect(
    () =>
      loop.add(() => {
        const text = dates.full(clock.now());
        // Past React: it changes each second, and at 32 times with each picture.
        if (label.current !== null && label.current.textContent !== text) label.current.textContent = text;
      }),
    [clock, loop, dates],
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    const ms = fromLocalInput(typed);
    if (ms === null) return;
    clock.seek(ms);
    setOpened(false);
  }

  return (
    <Popover opened={opened} onChange={setOpened} position="top" trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCalendar size={14} aria-hidden />}
          aria-label={t('time')}
          onClick={() => {
            setTyped(toLocalInput(clock.now()));
            setOpened(!opened);
          }}
        >
          <span ref={label} className={classes.when} data-when />
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Group align="end" gap="xs">
            <TextInput
              type="datetime-local"
              step={1}
              size="xs"
              label={t('time')}
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button size="xs" type="submit">
              {t('go')}
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function useClockState(clock: PlaybackClock): { playing: boolean; rate: number } {
  const [state, setState] = useState({ playing: clock.playing, rate: clock.rate });
  useEffect(() => {
    const read = (): void => setState({ playing: clock.playing, rate: clock.rate });
    read();
    return clock.onChanged(read);
  }, [clock]);
  return state;
}
