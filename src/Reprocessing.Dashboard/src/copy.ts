import { session, type Sent } from './api/client';
import { announce } from './ui/live';

/** A word of a POSIX shell. */
export const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) && text !== '' ? text : `'${text.replace(/'/g, `'\\''`)}'`);

/** The key is a variable, never the key. */
export function curl(request: Sent): string {
  const words = ['curl', '-sS'];
  if (request.method !== 'GET') words.push('-X', request.method);
  words.push(quote(`${window.location.origin}${request.path}`));
  if (session.value.key) words.push('-H', '"x-functions-key: $REPROCESS_KEY"');
  if (session.value.token) words.push('-H', '"Authorization: Bearer $REPROCESS_TOKEN"');
  for (const [name, value] of Object.entries(request.headers ?? {})) words.push('-H', quote(`${name}: ${value}`));
  if (request.body instanceof Blob) words.push('--data-binary', quote(request.body instanceof File ? `@${request.body.name}` : '@-'));
  else if (request.body !== undefined) words.push('-H', "'Content-Type: application/json'", '-d', quote(JSON.stringify(request.body)));
  return words.join(' ');
}

export type Words = (string | number | false | undefined)[];

/** Words of a command: an option without a value takes its name with it. */
export const option = (name: string, value: string | number | undefined): Words => (value === undefined || value === '' ? [] : [name, value]);

export const cli = (words: Words) =>
  ['reprocess', ...words.filter((word) => word !== undefined && word !== false).map((word) => quote(String(word))), '--url', quote(window.location.origin)].join(' ');

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`Copied ${what}.`);
  } catch {
    announce(`This browser does not let the page copy: ${text}`);
  }
}
