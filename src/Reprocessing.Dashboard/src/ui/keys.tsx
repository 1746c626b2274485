import { useId, useLayoutEffect, useRef } from 'preact/hooks';

/** A letter is meant for the field that it is typed into. */
export const isTyping = (event: KeyboardEvent) =>
  event.target instanceof HTMLElement && (event.target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(event.target.tagName)
    || (event.target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(event.target.type)));

const help: [string, string][] = [
  ['/', 'go to the filter'],
  ['j  k', 'next, previous row'],
  ['x', 'select the row'],
  ['Enter', 'open the row'],
  ['g then o e d f p j r w a l s', 'overview, failing orders, dead letters, failure groups, plans, jobs, runs, workflows, audit, alerts, system'],
  ['Esc', 'leave a field or a dialog'],
  ['?', 'this list'],
];

export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Modal title="Keys" onClose={onClose}>
      <dl class="keys">{help.map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>
      <div class="form-end"><button type="button" onClick={onClose}>Close</button></div>
    </Modal>
  );
}

/** The browser's own dialog keeps the focus inside, but gives it back only when it is closed before it is taken away, which is not so here. */
export function Modal({ title, onClose, children }: { title: string; onClose: () => void; children: preact.ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const isGone = useRef(false);
  // Its own end is told later than it happens, and then whatever was opened since would be closed.
  const close = () => { if (!isGone.current) onClose(); };
  useLayoutEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    shown?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      isGone.current = true;
      shown?.close();
      // What it was opened by may be gone.
      const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.querySelector('h1');
      back?.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={close} onCancel={close}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
