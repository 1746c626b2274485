import { signal } from '@preact/signals';

const base = '/dashboard';

export interface Place {
  /** Below /dashboard/, decoded. */
  parts: string[];
  query: URLSearchParams;
}

const read = (): Place => ({
  parts: window.location.pathname.slice(base.length).split('/').filter(Boolean).map(decode),
  query: new URLSearchParams(window.location.search),
});

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = signal(read());

export type Query = Record<string, string | number | undefined | null>;

/** An address of the dashboard. The time zone goes with every link, so that whoever follows one sees the same. */
export function to(parts: string[], query: Query = {}): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') all.set(name, String(value));
  }
  const zone = place.value.query.get('tz');
  if (zone && !all.has('tz')) all.set('tz', zone);
  const text = all.toString();
  return `${[base, ...parts.map(encodeURIComponent)].join('/')}${text ? `?${text}` : ''}`;
}

export function go(address: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  const before = place.value.parts.join('/');
  place.value = read();
  if (place.value.parts.join('/') !== before) {
    window.scrollTo(0, 0);
    // Whoever listens hears where they are.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('h1')?.focus());
  }
}

/** The same page with some of its query changed; a page of a list is one of the list before. */
export function change(query: Query, options: { replace?: boolean; keepPage?: boolean } = {}): void {
  const all = Object.fromEntries(place.value.query);
  if (!options.keepPage) delete all['page'];
  go(to(place.value.parts, { ...all, ...query, tz: query['tz'] === undefined ? all['tz'] : query['tz'] }), options);
}

export const asked = (name: string): string => place.value.query.get(name) ?? '';

export function listen(): void {
  window.addEventListener('popstate', () => (place.value = read()));
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]');
    const isPlain = event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link instanceof HTMLAnchorElement && isPlain && link.origin === window.location.origin && link.pathname.startsWith(base) && !link.download && !link.target) {
      event.preventDefault();
      go(link.pathname + link.search);
    }
  });
}
