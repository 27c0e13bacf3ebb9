import { Kbd } from '@mantine/core';
import { Fragment } from 'react';
import classes from './keys-table.module.css';

/** Keys at the left, what they do at the right. */
export function KeysTable({ rows }: { rows: readonly { readonly keys: readonly string[]; readonly does: string }[] }) {
  return (
    <div className={classes.keys}>
      {rows.map(({ keys, does }) => (
        <Fragment key={does}>
          <span>
            {keys.map((key) => (
              <Kbd key={key} me={4}>
                {key}
              </Kbd>
            ))}
          </span>
          <span>{does}</span>
        </Fragment>
      ))}
    </div>
  );
}
