import { type ComboboxParsedItem, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Scope, scopeId, scopeOf } from '#contracts/access';
import { useCameras } from '../../api/queries.ts';
import { matches } from '../../ui/fold.ts';
import { useGroupTree } from '../use-group-tree.ts';

/** All cameras, one group with everything below it, or one camera. */
export function ScopeSelect({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Scope;
  onChange: (scope: Scope) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const groups = useGroupTree();
  const cameras = useCameras();
  return (
    <Select
      label={label}
      allowDeselect={false}
      searchable
      limit={200}
      nothingFoundMessage={t('nothingFound')}
      data={[
        { value: 'all', label: t('scopes.all') },
        {
          group: t('app:navigation.groups'),
          items: groups.map(({ group, path }) => ({ value: `group ${group.id}`, label: path })),
        },
        {
          group: t('app:navigation.cameras'),
          items: (cameras.data ?? []).map(({ id, name, number }) => ({
            value: `camera ${id}`,
            label: `${number} ${name}`,
          })),
        },
      ]}
      filter={({ options, search }) => options.flatMap((option) => matching(option, search))}
      value={keyOf(value)}
      onChange={(key) => {
        const scope = parsed(key ?? '');
        if (scope !== undefined) onChange(scope);
      }}
    />
  );
}

function matching(option: ComboboxParsedItem, search: string): ComboboxParsedItem[] {
  if (!('items' in option)) return matches(option.label, search) ? [option] : [];
  return [{ ...option, items: option.items.filter((item) => matches(item.label, search)) }];
}

function keyOf(scope: Scope): string {
  if (scope.kind === 'all') return 'all';
  return `${scope.kind} ${scopeId(scope)}`;
}

function parsed(key: string): Scope | undefined {
  const [kind = 'all', id = ''] = key.split(' ');
  return scopeOf(kind, id);
}
