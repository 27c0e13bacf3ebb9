import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeysTable } from '../ui/keys-table.tsx';

const KEYS = [
  ['number', ['1', '2', 'Enter']],
  ['move', ['←', '↑', '→', '↓']],
  ['enlarge', ['Enter']],
  ['back', ['Esc']],
  ['pin', ['p']],
  ['remove', ['Delete']],
  ['replay', ['r']],
  ['sound', ['a']],
  ['undo', ['z']],
  ['help', ['?']],
] as const;
const MOUSE = ['wheel', 'doubleClick'] as const;

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('live');
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')}>
      <KeysTable
        rows={[
          ...KEYS.map(([name, keys]) => ({ keys, does: t(`keys.${name}`) })),
          ...MOUSE.map((name) => ({ keys: [t(`keys.${name}Name`)], does: t(`keys.${name}`) })),
        ]}
      />
    </Modal>
  );
}
