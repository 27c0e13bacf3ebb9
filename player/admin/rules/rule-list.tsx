import { ActionIcon, Switch } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { IconAlertCircle, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { shapesOf } from './rule-form.ts';
import classes from './rules.module.css';
import type { RulesEditor } from './use-rules-editor.ts';

/** The rules of a camera: what each is, whether it is on, and which have something to mend. */
export function RuleList({ editor }: { editor: RulesEditor }) {
  const { t } = useTranslation('admin');
  return (
    <ul className={classes.list} aria-label={t('rules.list')}>
      {editor.forms.map((form) => {
        const { id, name, kind, enabled, severity } = form;
        const faulty = editor.faulty.includes(form);
        const open = editor.rule?.id === id;
        return (
          <li key={id} className={classes.row} data-chosen={open}>
            <Switch
              aria-label={t('rules.enabled', { name })}
              checked={enabled}
              onChange={({ currentTarget: { checked } }) => editor.change(id, (now) => ({ ...now, enabled: checked }))}
            />
            <button
              type="button"
              className={classes.open}
              aria-label={t('rules.open', { name })}
              aria-expanded={open}
              onClick={() => editor.choose(open ? null : { ruleId: id, shape: shapesOf(form)[0] ?? null, point: null })}
            >
              <strong>{name}</strong>
              <span>
                <SeverityMark severity={severity} size={13} /> {t(`rules.kinds.${kind}`)}
                {!enabled && ` · ${t('rules.off')}`}
                {faulty && (
                  <em className={classes.faulty}>
                    <IconAlertCircle size={13} aria-hidden /> {t('rules.faulty')}
                  </em>
                )}
              </span>
            </button>
            <ActionIcon
              size="lg"
              variant="subtle"
              color="gray"
              aria-label={t('rules.remove', { name })}
              onClick={() => {
                editor.remove(id);
                showNotification({ message: t('rules.removed', { name }) });
              }}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </li>
        );
      })}
    </ul>
  );
}
