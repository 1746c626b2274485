import { signal } from '@preact/signals';
import type { ProblemBody } from './types';

/** What this tab knows of its caller. Never in an address, and gone with the tab. */
const stored = (name: string) => sessionStorage.getItem(`reprocessing.${name}`) ?? '';

export const session = signal({ key: stored('key'), token: stored('token'), name: stored('name') });

/** Set when the app did not take what it was sent: the sign-in is asked for. */
export const refused = signal<'' | 'missing' | 'wrong' | 'expired'>('');

/** What the app took last, to tell a sign-in that has run out from one that never held. Health is told to everybody. */
let accepted: string | undefined;
const given = () => `${session.value.key} ${session.value.token}`;

const refusals = {
  missing: 'The app asks for a key or a sign-in.',
  wrong: 'The app did not accept the key or token.',
  expired: 'The sign-in has run out.',
};

export function signIn(values: Partial<{ key: string; token: string; name: string }>): void {
  session.value = { ...session.value, ...values };
  for (const [name, value] of Object.entries(session.value)) {
    sessionStorage.setItem(`reprocessing.${name}`, value);
  }
  refused.value = '';
}

/** What would change how other text is read, or cannot be seen, is shown by its code. No id or name may hold such a character; a failure's words may. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const visible = (_: string, value: unknown) =>
  typeof value === 'string' ? value.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`) : value;

/** A request as it is sent, and as it is copied as curl. */
export interface Sent {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Why a request was not served: the app's own problem, or that nothing answered. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly errors: ProblemBody['errors'] = undefined,
    readonly links: ProblemBody['links'] = undefined,
  ) {
    super(detail ?? title);
  }

  /** Trying again may help; what was shown before is still the best there is. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function send<T>(request: Sent, signal?: AbortSignal): Promise<T> {
  const response = await open(request, signal);
  return (response.status === 204 ? undefined : JSON.parse(await response.text(), visible)) as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => send<T>({ method: 'GET', path }, signal);

/** The answer itself, for files. */
export async function open(request: Sent, signal?: AbortSignal): Promise<Response> {
  const { key, token } = session.value;
  const isFile = request.body instanceof Blob;
  const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
  if (key) headers['x-functions-key'] = key;
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (request.body !== undefined && !isFile) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(request.path, {
      method: request.method,
      headers,
      body: request.body === undefined ? undefined : isFile ? (request.body as Blob) : JSON.stringify(request.body),
      signal: signal ?? null,
      cache: 'no-store',
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Problem(0, 'unreachable', 'The app does not answer.', 'Nothing came back from this address: the app is down, or the network is.');
  }
  if (response.ok) {
    if (!request.path.startsWith('/api/health')) accepted = `${key} ${token}`;
    return response;
  }
  throw await read(response);
}

async function read(response: Response): Promise<Problem> {
  const text = await response.text();
  let body: Partial<ProblemBody> = {};
  try {
    body = JSON.parse(text, visible) as Partial<ProblemBody>;
  } catch {
    // The platform answers some refusals without a body of its own.
  }
  if (response.status === 401) {
    const why = accepted === given() ? 'expired' : given() === ' ' ? 'missing' : 'wrong';
    refused.value = why;
    return new Problem(401, 'unauthorized', refusals[why]);
  }
  // Health is no problem document: it says what it found.
  if (response.status === 503 && (body as { storage?: string }).storage === 'unreachable') {
    return new Problem(503, 'storage_unavailable', 'The storage does not answer.', 'The app runs, and cannot read or write anything.');
  }
  return new Problem(
    response.status,
    body.code ?? `http_${response.status}`,
    body.title ?? `The app answered ${response.status}.`,
    body.detail,
    body.errors,
    body.links,
  );
}

export const query = (path: string, parameters: Record<string, string | number | undefined | null>): string => {
  const said = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return said.length === 0 ? path : `${path}?${said.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
};

/** A list by a filter: its address, or where that would be too long for a host on the way, the same as a body. */
export function listing(path: string, filter: Record<string, string>, page: Record<string, string | number>): Sent {
  const address = query(path, { ...filter, ...page });
  return address.length <= 2000 ? { method: 'GET', path: address }
    : { method: 'POST', path: query(`${path}/query`, page), body: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) };
}

export const id = encodeURIComponent;
