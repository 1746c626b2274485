import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, type Problem, type Sent } from '../api/client';
import type { ProblemKind } from '../api/types';
import { cli, copy, curl, type Words } from '../copy';
import { ago, number, plural, time, words } from '../format';
import { to } from '../route';

/** The glyph says the same as the colour. */
const looks: Record<string, [tone: string, glyph: string]> = {
  succeeded: ['good', '✓'], completed: ['good', '✓'], resolved: ['good', '✓'], healthy: ['good', '✓'], open: ['plain', '●'], reachable: ['good', '✓'], manual_retry: ['good', '✓'],
  failed: ['bad', '✕'], dead_lettered: ['bad', '✕'], dead_letter: ['bad', '✕'], unhealthy: ['bad', '✕'], unreachable: ['bad', '✕'], regressed: ['bad', '↺'], completed_with_failures: ['bad', '✕'],
  failed_same: ['bad', '✕'], failed_new: ['bad', '✕'], dead_lettered_again: ['bad', '✕'], terminated: ['bad', '✕'],
  running: ['run', '▸'], started: ['run', '▸'], in_progress: ['run', '▸'], receiving: ['run', '▸'],
  paused: ['warn', '‖'], cancelling: ['warn', '◌'], degraded: ['warn', '▲'], completed_with_skips: ['warn', '–'], completed_with_rejects: ['warn', '–'], new: ['warn', '▲'], escalated: ['warn', '▲'], half_open: ['warn', '◐'], suspended: ['warn', '‖'], pending_retry: ['warn', '◷'],
};

/** A state in words. */
export function Badge({ state, text }: { state: string; text?: string }) {
  const key = state.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const [tone, glyph] = looks[key] ?? (key.endsWith('_failed') || key.endsWith('_timeout') ? ['bad', '✕'] : ['plain', '○']);
  return <span class={`badge is-${tone}`}><span aria-hidden="true">{glyph}</span>{text ?? words(state)}</span>;
}

/** When, with how long ago, which goes on. */
export function When({ at, short }: { at?: string; short?: boolean }) {
  const [, turn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => turn((n) => n + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span class="muted">–</span>;
  return <time dateTime={at} title={time(at)}>{short ? ago(at) : <>{time(at)} <span class="muted">{ago(at)}</span></>}</time>;
}

/** An id that leads to its page; ids may be long, and are broken anywhere. */
export const Id = ({ of, parts }: { of: string; parts?: string[] }) =>
  parts ? <a class="id" href={to(parts)} title={of}>{of}</a> : <span class="id" title={of}>{of}</span>;

export const OrderId = ({ of }: { of: string }) => <Id of={of} parts={['orders', of]} />;

/** A job, or a run, which is one as well. */
export const JobId = ({ of }: { of: string }) => <Id of={of} parts={[of.startsWith('run-') ? 'runs' : 'jobs', of]} />;

/** Who, and whether the platform's sign-in has verified it. */
export function Who({ name }: { name?: string }) {
  if (!name) return <span class="muted">–</span>;
  const claimed = name.endsWith(' (claimed)');
  return <span class="who">{claimed ? name.slice(0, -10) : name}{claimed && <span class="tag" title="Nobody has verified this name: it is what the request said.">claimed</span>}</span>;
}

export function CopyAs({ request, words: said }: { request: Sent; words?: Words }) {
  return (
    <span class="copy">
      {said && <button type="button" class="small" onClick={() => void copy(cli(said), 'the command line')} title={cli(said)}>Copy as CLI</button>}
      <button type="button" class="small" onClick={() => void copy(curl(request), 'the curl line')} title={curl(request)}>Copy as curl</button>
    </span>
  );
}

interface PageProps {
  title: string;
  /** What the title's thing is, before it. */
  kind?: string;
  badge?: ComponentChildren;
  request?: Sent;
  words?: Words;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function PageFrame({ title, kind, badge, request, words: said, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${kind ? `${kind} ` : ''}${title} · Reprocessing`;
  }, [title, kind]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          {kind && <p class="kind">{kind}</p>}
          <h1 tabIndex={-1}>{title}</h1>
          {badge}
        </div>
        <div class="page-actions">{actions}{request && <CopyAs request={request} words={said} />}</div>
      </header>
      {children}
    </>
  );
}

export function Panel({ title, aside, children, class: name }: { title?: string; aside?: ComponentChildren; children: ComponentChildren; class?: string }) {
  return (
    <section class={`panel ${name ?? ''}`} aria-label={title}>
      {(title || aside) && <div class="panel-head">{title && <h2>{title}</h2>}{aside}</div>}
      {children}
    </section>
  );
}

function useMedia(query: string): boolean {
  const [matches, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const hear = () => set(media.matches);
    media.addEventListener('change', hear);
    return () => media.removeEventListener('change', hear);
  }, [query]);
  return matches;
}

/** A list with its counts beside it; where there is no room beside it they stand before it, folded. */
export function WithSide({ label, side, children }: { label: string; side: ComponentChildren; children: ComponentChildren }) {
  const isNarrow = useMedia('(max-width: 1080px)');
  const aside = <aside aria-label={label}>{side}</aside>;
  return (
    <div class="with-side">
      {isNarrow && <details class="panel side-fold"><summary>{label}</summary>{aside}</details>}
      <div>{children}</div>
      {!isNarrow && aside}
    </div>
  );
}

export function Stat({ name, value, note, href, tone }: { name: string; value: ComponentChildren; note?: ComponentChildren; href?: string; tone?: string }) {
  const text = <><span class="stat-name">{name}</span><span class={`stat-value${tone ? ` is-${tone}` : ''}`}>{value}</span>{note && <span class="stat-note">{note}</span>}</>;
  return href ? <a class="stat" href={href}>{text}</a> : <div class="stat">{text}</div>;
}

export const Facts = ({ of }: { of: ([string, ComponentChildren] | false | undefined | null | '')[] }) => (
  <dl class="facts">{of.filter((fact) => !!fact).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
);

/** Nothing there, and what that means. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty"><p class="empty-title">{title}</p>{children && <p>{children}</p>}</div>
);

export const Loading = ({ what }: { what: string }) => <p class="loading" role="status">Reading {what} …</p>;

/** A problem with its code and what to do about it, which the app itself says. */
export function ProblemNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const [kind, setKind] = useState<ProblemKind>();
  useEffect(() => {
    setKind(undefined);
    if (problem.status !== 0 && problem.status !== 401 && !problem.code.startsWith('http_')) {
      get<ProblemKind>(`/api/problems/${encodeURIComponent(problem.code)}`).then(setKind, () => undefined);
    }
  }, [problem.code]);
  const remedy = kind?.remedy ?? (problem.status === 0 ? 'It is asked again by itself. Look whether the app runs: /api/health needs no key.'
    : problem.status === 401 ? 'Give a function key, or sign in, by “Key” at the top.'
    : problem.status === 403 ? 'Your role does not allow it; ask an administrator.'
    : problem.isTransient ? 'It is asked again by itself.' : undefined);
  return (
    <div class="problem" role="alert">
      <p><strong>{problem.title}</strong> <code>{problem.code}</code></p>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.errors?.map((error) => <p key={error.pointer + error.detail}><code>{error.pointer}</code> {error.detail}</p>)}
      {remedy && <p class="remedy"><span class="remedy-head">What to do</span> {remedy}</p>}
      {retry && problem.status !== 401 && <button type="button" onClick={retry}>Try again</button>}
    </div>
  );
}

/** Bars of counts, of which each may lead somewhere. */
export function Counts({ of, href, label }: { of: Record<string, number>; href?: (name: string) => string; label?: (name: string) => string }) {
  const rows = Object.entries(of).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <ul class="counts">
      {rows.map(([name, count]) => {
        const text = <><span class="counts-name">{label ? label(name) : words(name)}</span><span class="counts-number">{number(count)}</span><span class="counts-bar" aria-hidden="true"><span style={{ width: `${(100 * count) / most}%` }} /></span></>;
        return <li key={name}>{href ? <a href={href(name)}>{text}</a> : <span class="counts-row">{text}</span>}</li>;
      })}
    </ul>
  );
}

/** JSON as a tree of what it is made of; every value is text. */
export function Tree({ name, value, isOpen = true }: { name?: string; value: unknown; isOpen?: boolean }) {
  const label = name !== undefined && <span class="tree-name">{name}</span>;
  if (value === null || typeof value !== 'object') {
    return <div class="tree-leaf">{label}<span class={`tree-value is-${value === null ? 'null' : typeof value}`}>{typeof value === 'string' ? value : JSON.stringify(value)}</span></div>;
  }
  const members = Array.isArray(value) ? value.map((item, index): [string, unknown] => [String(index), item]) : Object.entries(value);
  if (members.length === 0) return <div class="tree-leaf">{label}<span class="muted">{Array.isArray(value) ? 'empty list' : 'no members'}</span></div>;
  const inner = members.map(([key, item]) => <Tree key={key} name={key} value={item} isOpen={false} />);
  return name === undefined ? <div class="tree">{inner}</div>
    : <details class="tree-node" open={isOpen}><summary>{label}<span class="muted"> {plural(members.length, Array.isArray(value) ? 'item' : 'member')}</span></summary>{inner}</details>;
}
