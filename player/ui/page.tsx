import type { ReactNode } from 'react';
import classes from './page.module.css';

/** A page with a heading: what it is, one line of help, what can be done, then its content. */
export function Page(props: { title: string; hint?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <h1 className={classes.title}>{props.title}</h1>
          {props.hint !== undefined && <p className={classes.hint}>{props.hint}</p>}
        </div>
        {props.actions !== undefined && <div className={classes.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A bordered part of a page. */
export function Panel({ title, actions, children }: { title?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      {title !== undefined && (
        <div className={classes.panelHead}>
          <h2 className={classes.panelTitle}>{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
