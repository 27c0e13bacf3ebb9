import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './live.module.css';

const KEYS = [
  ['number', ['1', '2', 'Enter']],
  ['move', ['←', '↑', '→', '↓']],
  ['enlarge', ['Enter']],
  ['back', ['Esc']],
  ['pin', ['p']],
  ['remove', ['Delete']],
  ['replay', ['r']],
  ['undo', ['z']],
  ['help', ['?']],
] as const;

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('live');
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')}>
      <div className={classes.keys}>
        {KEYS.map(([name, keys]) => (
          <Fragment key={name}>
            <span>
              {keys.map((key) => (
                <Kbd key={key} me={4}>
                  {key}
                </Kbd>
              ))}
            </span>
            <span>{t(`keys.${name}`)}</span>
          </Fragment>
        ))}
        {(['wheel', 'doubleClick'] as const).map((name) => (
          <Fragment key={name}>
            <span>
              <Kbd>{t(`keys.${name}Name`)}</Kbd>
            </span>
            <span>{t(`keys.${name}`)}</span>
          </Fragment>
        ))}
      </div>
    </Modal>
  );
}
