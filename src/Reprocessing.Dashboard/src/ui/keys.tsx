import { useEffect, useRef } from 'preact/hooks';

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

/** The browser's own dialog keeps the focus inside, and gives it back when it is closed; one that is only taken away does not. */
export function Modal({ title, onClose, children }: { title: string; onClose: () => void; children: preact.ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose} onCancel={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
