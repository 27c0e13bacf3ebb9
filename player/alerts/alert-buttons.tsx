import { Button, type ButtonProps, Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBookmark,
  IconCheck,
  IconDots,
  IconDownload,
  IconFolderPlus,
  IconGavel,
  IconHandStop,
  IconLayoutGrid,
  IconMessagePlus,
  IconPlayerPlay,
  IconRefresh,
  IconSend,
  IconUserCheck,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { AlertView } from '#contracts/alerts';
import { liveLink, playbackLink } from '../app/links.ts';
import type { AlertCommand, Rights } from './alert-commands.ts';
import { commandsFor } from './alert-commands.ts';
import classes from './alerts.module.css';

const ICONS: Readonly<Record<AlertCommand, TablerIcon>> = {
  claim: IconUserCheck,
  takeOver: IconHandStop,
  release: IconArrowBackUp,
  dispatch: IconSend,
  note: IconMessagePlus,
  close: IconCheck,
  reopen: IconRefresh,
  incident: IconFolderPlus,
  recording: IconPlayerPlay,
  wall: IconLayoutGrid,
  bookmark: IconBookmark,
  hold: IconGavel,
  export: IconDownload,
};

/** So many fit under a thumb; the others are in the menu. */
const MOST_BIG = 3;

/** What can be done with the alert now: the steps of handling as buttons, what concerns the recording in a menu. */
export function AlertButtons(props: {
  alert: AlertView;
  rights: Rights;
  userId: string;
  busy: boolean;
  big: boolean;
  run: (command: AlertCommand) => void;
}) {
  const { alert, rights, userId, busy, big, run } = props;
  const { t } = useTranslation('alerts');
  const [, navigate] = useLocation();
  const commands = commandsFor(alert, rights, userId);
  const steps = big ? commands.steps.slice(0, MOST_BIG) : commands.steps;
  const others = [...commands.steps.slice(steps.length), ...commands.more];
  const size: ButtonProps['size'] = big ? 'lg' : 'sm';
  const ways = { wall: liveLink(alert.cameraId), recording: playbackLink([alert.cameraId], alert.detection.fromMs) };
  return (
    <div className={classes.buttons} data-big={big}>
      {steps.map((command, at) => {
        const Icon = ICONS[command];
        return (
          <Button
            key={command}
            size={size}
            variant={at === 0 ? 'filled' : 'default'}
            loading={busy && at === 0}
            leftSection={<Icon size={big ? 20 : 16} aria-hidden />}
            onClick={() => run(command)}
          >
            {t(`act.${command}`)}
          </Button>
        );
      })}
      <Menu position="top-end">
        <Menu.Target>
          <Button size={size} variant="default" data-more leftSection={<IconDots size={big ? 20 : 16} aria-hidden />}>
            {t('act.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((command) => {
            const Icon = ICONS[command];
            return (
              <Menu.Item
                key={command}
                leftSection={<Icon size={16} aria-hidden />}
                onClick={() => (command === 'wall' || command === 'recording' ? navigate(ways[command]) : run(command))}
              >
                {t(`act.${command}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
