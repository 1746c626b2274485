import { signal } from '@preact/signals';

const said = signal({ text: '', turn: 0 });
let timer = 0;

/** Said to screen readers, and shown for a moment. */
export function announce(text: string): void {
  said.value = { text, turn: said.value.turn + 1 };
  clearTimeout(timer);
  timer = window.setTimeout(() => (said.value = { text: '', turn: said.value.turn + 1 }), 4000);
}

export const Live = () => (
  <div class={`live${said.value.text ? ' is-shown' : ''}`} role="status" aria-live="polite">{said.value.text}</div>
);
