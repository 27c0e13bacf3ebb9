import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { optionsFilter } from '../ui/options-filter.ts';
import { useGroupTree } from './use-group-tree.ts';

/** Chooses a group by its path; `null` is none. */
export function GroupSelect(props: {
  label: string;
  value: string | null;
  placeholder?: string;
  /** Not offered: a group cannot stand below itself. */
  except?: string | undefined;
  error?: string | undefined;
  hideLabel?: boolean;
  onChange: (groupId: string | null) => void;
}) {
  const { t } = useTranslation('admin');
  const nodes = useGroupTree();
  const offered = nodes.filter(({ group, above }) => group.id !== props.except && !above.includes(props.except ?? ''));
  return (
    <Select
      {...(props.hideLabel === true ? { 'aria-label': props.label } : { label: props.label })}
      placeholder={props.placeholder ?? t('groups.none')}
      data={offered.map(({ group, path }) => ({ value: group.id, label: path }))}
      value={props.value}
      error={props.error}
      searchable
      clearable
      nothingFoundMessage={t('nothingFound')}
      filter={optionsFilter}
      onChange={props.onChange}
    />
  );
}
