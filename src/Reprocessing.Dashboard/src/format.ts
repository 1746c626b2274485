import { asked } from './route';

export const isUtc = () => asked('tz') === 'utc';

const zone = () => (isUtc() ? 'UTC' : undefined);

/** As 2026-03-01 12:30:15: sorts as it reads, and means the same everywhere. */
export function time(at: string | number | undefined, withDate = true): string {
  if (at === undefined) return '';
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone(), hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const clock = `${of('hour')}:${of('minute')}:${of('second')}`;
  return withDate ? `${of('year')}-${of('month')}-${of('day')} ${clock}` : clock;
}

export const zoneName = () => (isUtc() ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone);

/** As 3 d 4 h: the two largest units. */
export function span(seconds: number): string {
  if (seconds < 0) return '0 s';
  if (seconds < 1) return `${Math.round(seconds * 1000)}\u00a0ms`;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10}\u00a0s`;
  const units: [string, number][] = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const whole = Math.round(seconds);
  const first = units.findIndex(([, size]) => whole >= size);
  const [name, size] = units[first]!;
  const next = units[first + 1];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  return `${Math.floor(whole / size)}\u00a0${name}${rest && next ? ` ${rest}\u00a0${next[0]}` : ''}`;
}

/** As people say it: 15 min, 2 d 4 h. */
export function roughly(seconds: number): string {
  const size = seconds < 60 ? 1 : seconds < 3600 ? 60 : seconds < 86400 ? (seconds < 36000 ? 60 : 3600) : seconds < 864000 ? 3600 : 86400;
  return span(Math.floor(seconds / size) * size);
}

export const since = (at: string) => roughly(Math.max(0, (Date.now() - Date.parse(at)) / 1000));

export function ago(at: string): string {
  const seconds = (Date.now() - Date.parse(at)) / 1000;
  return seconds < -1 ? `in ${roughly(-seconds)}` : seconds < 1 ? 'now' : `${roughly(seconds)} ago`;
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export const number = (value: number | undefined) => (value === undefined ? '' : numbers.format(value));

export const percent = (value: number) => `${numbers.format(value)} %`;

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const step = value < 1 ? 0 : Math.min(3, Math.floor(Math.log2(value) / 10));
  return `${number(value / 1024 ** step)} ${units[step]}`;
}

export const plural = (count: number, one: string, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** The first attempt is no restart, and so there is one more of them than of restarts. */
export const attemptOf = (order: { retryCount: number; maxRetries: number }) => `${order.retryCount + 1} of ${order.maxRetries + 1}`;

/** completed_with_failures as Completed with failures. */
export function words(name: string): string {
  const text = name.replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
