import { Modal, Stack, Text, UnstyledButton } from '@mantine/core';
import {
  IconAccessPoint,
  IconActivity,
  IconArrowBackUp,
  IconArrowBarBoth,
  IconBackpack,
  IconClockPause,
  IconEye,
  IconLogin2,
  IconParkingCircle,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RULE_KINDS, type RuleKind } from '#contracts/rules';
import choices from '../cameras/choices.module.css';
import { KINDS } from './rule-form.ts';
import classes from './rules.module.css';

const ICONS: Readonly<Record<RuleKind, TablerIcon>> = {
  zone: IconLogin2,
  loitering: IconClockPause,
  line: IconArrowBarBoth,
  crowd: IconUsersGroup,
  stopped: IconParkingCircle,
  wrongWay: IconArrowBackUp,
  abandoned: IconBackpack,
  presence: IconEye,
  motion: IconActivity,
  cameraSignal: IconAccessPoint,
};

/** The kinds of rules, each with what it is for. */
export function AddRule(props: {
  opened: boolean;
  /** No model recognises objects: says which kinds work without. */
  hasModel: boolean | undefined;
  close: () => void;
  add: (kind: RuleKind) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Modal
      opened={props.opened}
      onClose={props.close}
      size="xl"
      title={t('rules.addHint')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <div className={choices.choices}>
        {RULE_KINDS.map((kind) => {
          const Icon = ICONS[kind];
          return (
            <UnstyledButton
              key={kind}
              className={`${choices.choice} ${classes.kind}`}
              onClick={() => {
                props.close();
                props.add(kind);
              }}
            >
              <Icon size={22} stroke={1.5} aria-hidden />
              <Stack gap={2}>
                <strong>{t(`rules.kinds.${kind}`)}</strong>
                <span className={choices.hint}>{t(`rules.kindHints.${kind}`)}</span>
                {props.hasModel === false && !KINDS[kind].objects && (
                  <Text size="xs" c="var(--tn-live)">
                    {t('rules.worksWithoutModel')}
                  </Text>
                )}
              </Stack>
            </UnstyledButton>
          );
        })}
      </div>
    </Modal>
  );
}
