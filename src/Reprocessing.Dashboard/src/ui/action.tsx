import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem, send, session, signIn, type Sent } from '../api/client';
import { me, whyNot, type Need } from '../api/me';
import type { Words } from '../copy';
import { number } from '../format';
import { place } from '../route';
import { CopyAs, ProblemNote } from './basics';
import { Modal } from './keys';
import { announce } from './live';

export type Values = Record<string, string>;

export interface Field {
  name: string;
  label: string;
  hint?: string;
  type?: 'text' | 'area' | 'number' | 'check' | 'choice';
  choices?: [value: string, text: string][];
  isNeeded?: boolean;
  value?: string;
  min?: number;
  max?: number;
}

export const reasonField: Field = { name: 'reason', label: 'Reason', type: 'area', isNeeded: true, hint: 'Kept in the audit log and on each order’s timeline.' };

export function FieldRow({ field, value, onInput, isFirst }: { field: Field; value: string; onInput: (value: string) => void; isFirst?: boolean }) {
  const id = `field-${field.name}`;
  const common = { id, 'data-first': isFirst || undefined, required: field.isNeeded, 'aria-describedby': field.hint ? `${id}-hint` : undefined };
  const hint = field.hint && <p class="hint" id={`${id}-hint`}>{field.hint}</p>;
  if (field.type === 'check') {
    return <div class="field"><label class="check"><input {...common} type="checkbox" checked={value === 'true'} onChange={(e) => onInput(String(e.currentTarget.checked))} /> {field.label}</label>{hint}</div>;
  }
  return (
    <div class="field">
      <label for={id}>{field.label}{field.isNeeded ? <span class="needed"> needed</span> : ''}</label>
      {field.type === 'area' ? <textarea {...common} rows={2} maxLength={1000} value={value} onInput={(e) => onInput(e.currentTarget.value)} />
        : field.type === 'choice' ? <select {...common} value={value} onChange={(e) => onInput(e.currentTarget.value)}>{field.choices!.map(([key, text]) => <option key={key} value={key}>{text}</option>)}</select>
        : field.type === 'number' ? <input {...common} type="number" min={field.min} max={field.max} step="any" value={value} autocomplete="off" onInput={(e) => onInput(e.currentTarget.value)} />
        : <input {...common} type="text" list={undefined} value={value} autocomplete="off" onInput={(e) => onInput(e.currentTarget.value)} />}
      {hint}
    </div>
  );
}

/** Whoever is signed in at the platform needs no name; a name that is given is recorded as claimed. */
export function NameField() {
  const caller = me.value;
  if (caller?.verified && caller.name) return <p class="field hint">Recorded as <strong>{caller.name}</strong>, whom the platform has signed in.</p>;
  return (
    <FieldRow
      field={{ name: 'requester', label: 'Your name', hint: 'Recorded as claimed. Leave it empty where the platform has signed you in.' }}
      value={session.value.name}
      onInput={(name) => signIn({ name })}
    />
  );
}

/** The app takes no other name of whoever is signed in. */
export const requester = () => (me.value?.verified ? undefined : session.value.name.trim() || undefined);

/** The number typed, for what cannot be taken back. */
export function ConfirmField({ count, value, onInput }: { count: number; value: string; onInput: (value: string) => void }) {
  return <FieldRow field={{ name: 'confirm', label: `Type ${count} to confirm`, isNeeded: true, hint: `${number(count)} ${count === 1 ? 'item' : 'items'}: nothing takes this back.` }} value={value} onInput={onInput} />;
}

interface ActionProps<T> {
  title: string;
  verb: string;
  isDangerous?: boolean;
  children?: ComponentChildren;
  fields?: Field[];
  /** How many items are to be typed before it is done. */
  confirm?: number;
  hasName?: boolean;
  request: (values: Values) => Sent;
  words?: (values: Values) => Words;
  done: string;
  onDone?: (answer: T) => void;
  onClose: () => void;
}

/** One thing that can be done: its form, its request, and the same as command line and as curl. */
export function Action<T>({ title, verb, isDangerous, children, fields = [], confirm, hasName = true, request, words, done, onDone, onClose }: ActionProps<T>) {
  const [values, setValues] = useState<Values>(Object.fromEntries(fields.map((field) => [field.name, field.value ?? ''])));
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const isConfirmed = confirm === undefined || typed.trim() === String(confirm);

  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setProblem(undefined);
    try {
      const answer = await send<T>(request(values));
      announce(done);
      onClose();
      onDone?.(answer);
    } catch (e) {
      setProblem(e instanceof Problem ? e : new Problem(0, 'unreadable', 'The answer cannot be read.', String(e)));
      setSending(false);
    }
  };

  return (
    <Modal title={title} onClose={onClose}>
      {children}
      <form onSubmit={submit}>
        {fields.map((field, index) => (
          <FieldRow key={field.name} field={field} isFirst={index === 0} value={values[field.name] ?? ''} onInput={(value) => setValues((before) => ({ ...before, [field.name]: value }))} />
        ))}
        {hasName && <NameField />}
        {confirm !== undefined && <ConfirmField count={confirm} value={typed} onInput={setTyped} />}
        {problem && <ProblemNote problem={problem} />}
        <div class="form-end">
          <CopyAs request={request(values)} words={words?.(values)} />
          <span class="grow" />
          <button type="button" onClick={onClose}>Close</button>
          <button type="submit" class={isDangerous ? 'is-danger' : 'is-main'} disabled={isSending || !isConfirmed}>{verb}</button>
        </div>
      </form>
    </Modal>
  );
}

interface GuardedProps {
  class?: string;
  /** Why it cannot be done now; the button stays within reach of keyboard and screen reader, and says it. */
  why?: string;
  onClick: () => void;
  children: ComponentChildren;
}

export const Guarded = ({ class: name, why, onClick, children }: GuardedProps) => (
  <button type="button" class={name} aria-disabled={why ? 'true' : undefined} title={why} onClick={() => (why ? announce(why) : onClick())}>{children}</button>
);

// What the app answers, each button knows by itself.
type AnyAction = Omit<ActionProps<any>, 'onClose'>;

const opened = signal<{ action: AnyAction; turn: number } | undefined>(undefined);
let turn = 0;

/** A button that opens an action. */
export function ActionButton<T>({ label, need, isDisabled, why, isMain, ...action }: Omit<ActionProps<T>, 'onClose'> & { label: string; need?: Need; isDisabled?: boolean; why?: string; isMain?: boolean }) {
  const open = () => { opened.value = { action, turn: ++turn }; };
  return <Guarded class={action.isDangerous ? 'is-danger-quiet' : isMain ? 'is-main' : ''} why={isDisabled ? why ?? 'Not now.' : whyNot(need)} onClick={open}>{label}</Guarded>;
}

/** The shell's and not the button's: a page that is read anew may take the button away, but never what somebody is typing. The app says what no longer can be done. */
export function OpenAction() {
  const { parts } = place.value;
  const here = parts.join('/');
  useEffect(() => { opened.value = undefined; }, [here]);
  const now = opened.value;
  const close = () => { if (opened.value?.turn === now?.turn) opened.value = undefined; };
  return now ? <Action key={now.turn} {...now.action} onClose={close} /> : null;
}
