import type { ReactNode } from 'react';

/** A labelled field with its help and what is wrong with it. */
export function Field(props: { label: string; hint?: string; error?: string; id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={props.id}>{props.label}</label>
      {props.hint !== undefined && (
        <p className="hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.children}
      {props.error !== undefined && (
        <p className="wrong" role="alert" id={`${props.id}-error`}>
          {props.error}
        </p>
      )}
    </div>
  );
}
