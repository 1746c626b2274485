import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { connection, useApi } from '../api/poll';
import { refused, session, signIn } from '../api/client';
import { me } from '../api/me';
import type { Me } from '../api/types';
import { isUtc, time, zoneName } from '../format';
import { change, go, place, to } from '../route';
import { OpenAction } from './action';
import { isTyping, KeyHelp, Modal } from './keys';
import { Live } from './live';

const pages: [path: string, name: string, key: string][] = [
  ['', 'Overview', 'o'],
  ['failing', 'Failing orders', 'e'],
  ['dead-letters', 'Dead letters', 'd'],
  ['groups', 'Failure groups', 'f'],
  ['plans', 'Plans', 'p'],
  ['jobs', 'Jobs', 'j'],
  ['runs', 'Runs', 'r'],
  ['workflows', 'Workflows', 'w'],
  ['imports', 'Imports', ''],
  ['exports', 'Exports', ''],
  ['audit', 'Audit', 'a'],
  ['alerts', 'Alerts', 'l'],
  ['system', 'System', 's'],
];

const themes = ['system', 'light', 'dark'] as const;

function useTheme() {
  const [theme, setTheme] = useState<string>(localStorage.getItem('reprocessing.theme') ?? 'system');
  useEffect(() => {
    localStorage.setItem('reprocessing.theme', theme);
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return [theme, () => setTheme(themes[(themes.indexOf(theme as 'system') + 1) % 3]!)] as const;
}

export function Shell({ children }: { children: ComponentChildren }) {
  const [isHelpOpen, setHelp] = useState(false);
  const [isKeyOpen, setKey] = useState(false);
  const [isMenuOpen, setMenu] = useState(false);
  const [theme, nextTheme] = useTheme();
  const here = place.value.parts[0] ?? '';
  const caller = useApi<Me>('/api/me', 15000);
  useEffect(() => { me.value = caller.data; }, [caller.data]);

  useEffect(() => setMenu(false), [place.value]);
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      if (isGoing) {
        isGoing = false;
        const page = pages.find(([, , key]) => key !== '' && key === event.key);
        if (page) {
          event.preventDefault();
          event.stopImmediatePropagation();
          go(to(page[0] ? [page[0]] : []));
        }
        return;
      }
      if (event.key === 'g') isGoing = true;
      else if (event.key === '?') setHelp(true);
      else if (event.key === '/') (document.querySelector<HTMLElement>('[data-filter]') ?? document.querySelector<HTMLElement>('#open-order'))?.focus();
      else return;
      event.preventDefault();
    };
    // Before the tables hear it: j after g is a page.
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, []);

  return (
    <>
      <a class="skip" href="#main">To the content</a>
      <header class="top">
        <button type="button" class="menu" aria-expanded={isMenuOpen} aria-controls="nav" onClick={() => setMenu(!isMenuOpen)}>Menu</button>
        <a class="brand" href={to([])}>Reprocessing</a>
        <form class="open-order" role="search" aria-label="Open an order" onSubmit={(e) => {
          e.preventDefault();
          const box = e.currentTarget.elements.namedItem('order') as HTMLInputElement;
          const id = box.value.trim();
          if (id) go(to(['orders', id]));
          box.value = '';
        }}>
          <input id="open-order" name="order" type="text" aria-label="Order id" placeholder="Open an order by its id" autocomplete="off" spellcheck={false} />
        </form>
        <Connection />
        <button type="button" class="quiet" title={`Times are in ${zoneName()}`} onClick={() => change({ tz: isUtc() ? '' : 'utc' }, { replace: true, keepPage: true })}>{isUtc() ? 'UTC' : 'Local time'}</button>
        <button type="button" class="quiet" onClick={nextTheme} title="Colours">{theme === 'system' ? 'Auto' : theme === 'light' ? 'Light' : 'Dark'}</button>
        <button type="button" class="quiet" onClick={() => setKey(true)}>{me.value?.verified ? 'Signed in' : 'Key'}</button>
        <button type="button" class="quiet" aria-label="Keys of the keyboard" onClick={() => setHelp(true)}>?</button>
      </header>
      <nav id="nav" class={isMenuOpen ? 'is-open' : ''} aria-label="Pages of the dashboard">
        {pages.map(([path, name, key]) => (
          <a key={path} href={to(path ? [path] : [])} aria-current={here === path ? 'page' : undefined}>{name}{key && <kbd aria-hidden="true">g {key}</kbd>}</a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {me.value?.readOnly && <p class="note is-warn">‖ The app is read-only: everything can be looked at, and nothing changed. Runs and jobs that are at work go on.</p>}
        {children}
      </main>
      <Live />
      <OpenAction />
      {isHelpOpen && <KeyHelp onClose={() => setHelp(false)} />}
      {(isKeyOpen || refused.value !== '') && <SignIn isAsked={refused.value !== ''} onClose={() => { setKey(false); refused.value = ''; }} />}
    </>
  );
}

function Connection() {
  const { lostBy, at } = connection.value;
  if (at === 0) return <span class="connection" role="status" />;
  return (
    <span class={`connection${lostBy ? ' is-lost' : ''}`} role="status" aria-live="polite">
      {lostBy ? <>▲ Reconnecting, data from {time(at, false)}{lostBy.status !== 0 && `. ${lostBy.title}`}</> : <><span aria-hidden="true">●</span> Live</>}
    </span>
  );
}

function SignIn({ isAsked, onClose }: { isAsked: boolean; onClose: () => void }) {
  const [key, setKey] = useState(session.value.key);
  const [token, setToken] = useState(session.value.token);
  const [name, setName] = useState(session.value.name);
  return (
    <Modal title={!isAsked ? 'Key and name' : refused.value === 'expired' ? 'Your sign-in has run out' : 'The app asks who you are'} onClose={onClose}>
      {refused.value === 'expired' && <p class="problem" role="alert"><strong>What was accepted before no longer is.</strong> {token ? 'Get a new token and give it here' : key ? 'Give the new key here' : 'Sign in again and reload, or give a key'}: what you were doing stays as it is.</p>}
      {refused.value === 'wrong' && <p class="problem" role="alert"><strong>The key or the token was not accepted.</strong> It is another app’s, was renewed, or has run out.</p>}
      <p>They stay in this tab until it is closed, and are sent to this app alone. What the platform’s sign-in lets through needs no key.</p>
      <form onSubmit={(e) => { e.preventDefault(); signIn({ key: key.trim(), token: token.trim(), name: name.trim() }); onClose(); }}>
        <div class="field"><label for="key">Function key</label><input id="key" data-first type="password" autocomplete="off" value={key} onInput={(e) => setKey(e.currentTarget.value)} /></div>
        <div class="field"><label for="token">Access token</label><input id="token" type="password" autocomplete="off" value={token} aria-describedby="token-hint" onInput={(e) => setToken(e.currentTarget.value)} /><p class="hint" id="token-hint">Only where the app’s sign-in takes tokens; sent as Authorization: Bearer.</p></div>
        <div class="field"><label for="name">Your name</label><input id="name" type="text" autocomplete="off" value={name} aria-describedby="name-hint" onInput={(e) => setName(e.currentTarget.value)} /><p class="hint" id="name-hint">Recorded as claimed with what you do, where no sign-in has verified you.</p></div>
        <div class="form-end">
          <button type="button" onClick={() => { signIn({ key: '', token: '' }); onClose(); }}>Forget</button>
          <span class="grow" />
          <button type="button" onClick={onClose}>Close</button>
          <button type="submit" class="is-main">Use</button>
        </div>
      </form>
    </Modal>
  );
}
