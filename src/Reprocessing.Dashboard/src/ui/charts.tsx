import type { DaySummary, JobCounts, OutcomeCounts, StatisticsPoint } from '../api/types';
import { number, plural, roughly, time } from '../format';
import { to } from '../route';
import { outcomes } from '../words';

/** Every day up to today, UTC, oldest first: the app leaves out those without a run. */
function whole(days: DaySummary[], length: number): DaySummary[] {
  const known = new Map(days.map((day) => [day.day, day]));
  return Array.from({ length }, (_, index) => {
    const day = new Date(Date.now() - (length - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return known.get(day) ?? { day, runs: 0, foundCount: 0, restartedCount: 0, dlqCount: 0, errorCount: 0, skippedCount: 0, skippedTicks: {} };
  });
}

/** As the style sheet has it. */
type Look = 'plain' | 'dead' | 'age';

interface Bar {
  key: string;
  /** What a pointer on it shows. */
  title: string;
  /** From the bottom up. */
  parts: { look: Look; value: number; href?: string; label?: string }[];
  /** Nobody has counted then, which is not the same as nothing. */
  isMissing?: boolean;
}

interface BarsProps {
  /** Of its own on the page: the hatching goes by it. */
  name: string;
  bars: Bar[];
  /** All of it in one sentence, for who does not see it. */
  label: string;
  /** First, middle and last. */
  axis: [string, string, string];
  legend?: [look: Look, text: string][];
  table: { caption: string; head: string[]; rows: string[][] };
}

/** Bars over time. The same stands in a table for who does not see it. */
function Bars({ name, bars, label, axis, legend = [], table }: BarsProps) {
  const most = Math.max(1e-9, ...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0)));
  const height = 120;
  const width = 100 / Math.max(1, bars.length);
  const isPartial = bars.some((bar) => bar.isMissing);
  const hasLinks = bars.some((bar) => bar.parts.some((part) => part.href));
  return (
    <figure class="days">
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" role={hasLinks ? 'group' : 'img'} aria-label={label}>
        <defs>
          <pattern id={name} width="2" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(35)"><rect width="2" height="4" class="bar-dead" /><rect width="0.7" height="4" class="bar-dead-line" /></pattern>
        </defs>
        {[0.5, 1].map((share) => <line key={share} class="grid" x1="0" x2="100" y1={height - share * (height - 4)} y2={height - share * (height - 4)} />)}
        {bars.map((bar, index) => {
          let top = height;
          return (
            <g key={bar.key}>
              <title>{bar.title}</title>
              <rect class={bar.isMissing ? 'bar-missing' : 'bar-back'} x={index * width} y={bar.isMissing ? 4 : 0} width={width} height={bar.isMissing ? height - 4 : height} />
              {bar.parts.map((part, at) => {
                const size = (part.value / most) * (height - 4);
                top -= size;
                const shape = <rect key={at} class={`bar-${part.look}-fill`} fill={part.look === 'dead' ? `url(#${name})` : undefined} x={index * width + width * 0.14} y={top} width={width * 0.72} height={size} />;
                return part.href ? <a key={at} href={part.href} aria-label={part.label} tabIndex={part.value ? 0 : -1}>{shape}</a> : shape;
              })}
            </g>
          );
        })}
      </svg>
      <div class="days-axis" aria-hidden="true">{axis.map((text, index) => <span key={index}>{text}</span>)}</div>
      {(legend.length > 0 || isPartial) && <figcaption class="legend">{legend.map(([look, text]) => <span key={text} class={`key is-${look}`}>{text}</span>)}{isPartial && <span class="key is-missing">Not counted</span>}</figcaption>}
      <div class="hidden"><table><caption>{table.caption}</caption><thead><tr>{table.head.map((text) => <th key={text}>{text}</th>)}</tr></thead><tbody>{table.rows.map((row, index) => <tr key={index}>{row.map((text, at) => <td key={at}>{text}</td>)}</tr>)}</tbody></table></div>
    </figure>
  );
}

/** Restarted and dead-lettered orders a day; a bar leads to what was dead-lettered on that day. */
export function Days({ days, length }: { days: DaySummary[]; length: number }) {
  const shown = whole(days, length);
  const most = Math.max(1, ...shown.map((day) => day.restartedCount + day.dlqCount));
  return (
    <Bars
      name="days" label={`Restarted and dead-lettered orders of the last ${shown.length} days; the most in a day was ${most}.`}
      bars={shown.map((day) => ({
        key: day.day, title: `${day.day}: ${plural(day.restartedCount, 'restart')}, ${number(day.dlqCount)} dead-lettered, in ${plural(day.runs, 'run')}`,
        parts: [
          { look: 'dead', value: day.dlqCount, label: `${day.dlqCount} dead-lettered on ${day.day}`, href: to(['dead-letters'], { filter: `movedAt BETWEEN '${day.day}T00:00:00Z' AND '${day.day}T23:59:59Z'`, resolution: 'any' }) },
          { look: 'plain', value: day.restartedCount },
        ],
      }))}
      axis={[shown[0]?.day ?? '', `most in a day: ${number(most)}`, shown.at(-1)?.day ?? '']} legend={[['plain', 'Restarted'], ['dead', 'Dead-lettered']]}
      table={{ caption: 'Orders a day', head: ['Day', 'Restarted', 'Dead-lettered'], rows: shown.map((day) => [day.day, String(day.restartedCount), String(day.dlqCount)]) }}
    />
  );
}

const hourLength = 3_600_000;

/** The ranges that a history is shown over, and how many hours a bar stands for: so many bars that each can be told from the next on a telephone. */
export const ranges: [hours: number, name: string, step: number][] = [[24, '24 h', 1], [168, '7 d', 3], [720, '30 d', 12]];

interface Slot {
  from: number;
  to: number;
  points: StatisticsPoint[];
}

/** Every step up to the present hour, oldest first: the app leaves out the hours without a count. */
function slots(points: StatisticsPoint[], hours: number): Slot[] {
  const step = ranges.find(([length]) => length === hours)?.[2] ?? 1;
  // The app's clock may be ahead of the browser's.
  const last = points.length > 0 ? Date.parse(points.at(-1)!.hour) : 0;
  const end = (Math.floor(Math.max(Date.now(), last) / hourLength) + 1) * hourLength;
  return Array.from({ length: hours / step }, (_, index) => {
    const from = end - hours * hourLength + index * step * hourLength;
    const until = from + step * hourLength;
    return { from, to: until, points: points.filter((point) => Date.parse(point.hour) >= from && Date.parse(point.hour) < until) };
  });
}

const minutes = (at: number) => time(at).slice(0, 16);
const rangeName = (hours: number) => (hours > 48 ? plural(hours / 24, 'day') : plural(hours, 'hour'));
const slotName = ({ from, to: until }: Slot) => (until - from > hourLength ? `${minutes(from)} to ${time(until, false).slice(0, 5)}` : minutes(from));
const slotHead = (hours: number) => (hours > 24 ? 'From' : 'Hour');

/** What is highest of each slot, so that a peak of an hour shows in a bar of many. */
const highest = (slot: Slot, value: (point: StatisticsPoint) => number) => slot.points.reduce<StatisticsPoint | undefined>((best, point) => (best === undefined || value(point) > value(best) ? point : best), undefined);

/** The present hour may not be counted yet. */
const isMissed = (slot: Slot) => slot.points.length === 0 && slot.to <= Date.now();

const depth = (point: StatisticsPoint) => point.failingCount + point.unresolvedCount;

/** How many orders were failing and how many dead letters were open. */
export function Depth({ points, hours }: { points: StatisticsPoint[]; hours: number }) {
  const shown = slots(points, hours).map((slot) => ({ slot, point: highest(slot, depth) }));
  const known = shown.flatMap(({ point }) => point ?? []);
  const most = Math.max(0, ...known.map(depth));
  const said = (point?: StatisticsPoint) => (point ? `${number(point.failingCount)} failing and ${plural(point.unresolvedCount, 'dead letter')}` : 'not counted');
  return (
    <Bars
      name="depth" label={`Failing orders and open dead letters of the last ${rangeName(hours)}: from ${said(known[0])} to ${said(known.at(-1))}; the most was ${number(most)}.`}
      bars={shown.map(({ slot, point }) => ({
        key: String(slot.from), title: `${slotName(slot)}: ${said(point)}`, isMissing: isMissed(slot),
        parts: point ? [{ look: 'dead', value: point.unresolvedCount }, { look: 'plain', value: point.failingCount }] : [],
      }))}
      axis={[minutes(shown[0]!.slot.from), `most: ${number(most)}`, 'now']} legend={[['plain', 'Failing'], ['dead', 'Open dead letters']]}
      table={{ caption: 'Failing orders and open dead letters', head: [slotHead(hours), 'Failing', 'Dead letters'], rows: shown.map(({ slot, point }) => [minutes(slot.from), point ? number(point.failingCount) : 'not counted', point ? number(point.unresolvedCount) : 'not counted']) }}
    />
  );
}

/** In seconds. A count is of the end of its hour, or of now: whatever came within the hour has an age too. */
const age = (point: StatisticsPoint) => (point.oldestUnresolved ? Math.max(0, Math.min(Date.now(), Date.parse(point.hour) + hourLength) - Date.parse(point.oldestUnresolved)) / 1000 : 0);

/** For how long the oldest dead letter had waited. */
export function OldestAge({ points, hours }: { points: StatisticsPoint[]; hours: number }) {
  const shown = slots(points, hours).map((slot) => ({ slot, point: highest(slot, age) }));
  const known = shown.flatMap(({ point }) => point ?? []);
  const most = Math.max(0, ...known.map(age));
  const said = (point?: StatisticsPoint) => (!point ? 'not counted' : point.oldestUnresolved ? roughly(age(point)) : 'empty queue');
  return (
    <Bars
      name="age" label={`Age of the oldest open dead letter in the last ${rangeName(hours)}: from ${said(known[0])} to ${said(known.at(-1))}; the most was ${roughly(most)}.`}
      bars={shown.map(({ slot, point }) => ({ key: String(slot.from), title: `${slotName(slot)}: ${said(point)}`, isMissing: isMissed(slot), parts: point ? [{ look: 'age', value: age(point) }] : [] }))}
      axis={[minutes(shown[0]!.slot.from), `most: ${roughly(most)}`, 'now']}
      table={{ caption: 'Age of the oldest open dead letter', head: [slotHead(hours), 'Age'], rows: shown.map(({ slot, point }) => [minutes(slot.from), said(point)]) }}
    />
  );
}

/** The course of a number by the hour, small enough for a row. Each goes from nothing to its own most, which the text says; on a page of its own the text stands beside it. */
export function Spark({ values, isSaid }: { values?: number[]; isSaid?: boolean }) {
  if (!values || values.length < 2) return null;
  const most = Math.max(...values);
  const [first, last] = [values[0]!, values.at(-1)!];
  const isFlat = values.every((value) => value === first);
  const text = isFlat ? `${number(first)} throughout ${values.length} hours` : `from ${number(first)} to ${number(last)} in ${values.length} hours, most ${number(most)}`;
  const [width, height] = [72, 20];
  const x = (index: number) => 1 + ((width - 4) * index) / (values.length - 1);
  const y = (value: number) => height - 2 - ((height - 5) * value) / Math.max(1, most);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const picture = (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role={isSaid ? undefined : 'img'} aria-hidden={isSaid ? 'true' : undefined}>
      {!isSaid && <title>{text}</title>}
      <polygon points={`1,${height - 2} ${points} ${x(values.length - 1)},${height - 2}`} />
      <polyline points={points} />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2" />
    </svg>
  );
  return isSaid ? <span class="spark-said">{picture}{text}</span> : picture;
}

const segments: [keyof JobCounts, string, string][] = [
  ['succeeded', 'succeeded', 'good'], ['started', 'started', 'run'], ['deadLettered', 'dead-lettered', 'dead'], ['failed', 'failed', 'bad'], ['skipped', 'skipped', 'skip'],
];

/** How far a job is and how it ended so far, in one bar and in words. */
export function JobBar({ counts, total, isSmall }: { counts: JobCounts; total?: number; isSmall?: boolean }) {
  const all = Math.max(1, total ?? counts.found + (counts.pending ?? 0));
  const said = segments.filter(([name]) => (counts[name] ?? 0) > 0);
  const text = [...said.map(([name, word]) => `${number(counts[name] ?? 0)} ${word}`), counts.pending ? `${number(counts.pending)} pending` : ''].filter(Boolean).join(', ') || 'nothing yet';
  return (
    <div class={`jobbar${isSmall ? ' is-small' : ''}`}>
      <div class="jobbar-track" role="progressbar" aria-valuemin={0} aria-valuemax={all} aria-valuenow={Math.min(all, counts.found)} aria-valuetext={text} aria-label="Progress">
        {said.map(([name, word, tone]) => <span key={name} class={`is-${tone}`} style={{ width: `${(100 * (counts[name] ?? 0)) / all}%` }} title={`${counts[name]} ${word}`} />)}
      </div>
      <p class="jobbar-text">{text}</p>
    </div>
  );
}

/** What became of the orders, which is what counts. */
export function Outcomes({ counts }: { counts: OutcomeCounts }) {
  const most = Math.max(1, ...outcomes.map(([name]) => counts[name]));
  const shown = outcomes.filter(([name]) => counts[name] > 0);
  if (shown.length === 0) return <p class="muted">No order has come to an outcome yet.</p>;
  return (
    <ul class="counts">
      {shown.map(([name, text, hint]) => (
        <li key={name}><span class="counts-row" title={hint}><span class="counts-name">{text}</span><span class="counts-number">{number(counts[name])}</span><span class={`counts-bar is-${name === 'succeeded' ? 'good' : name === 'running' ? 'run' : 'bad'}`} aria-hidden="true"><span style={{ width: `${(100 * counts[name]) / most}%` }} /></span></span></li>
      ))}
    </ul>
  );
}

/** A line of what was seen while the page was open. */
export function Line({ values, label }: { values: number[]; label: string }) {
  if (values.length < 2) return null;
  const most = Math.max(0.001, ...values);
  const points = values.map((value, index) => `${(100 * index) / (values.length - 1)},${30 - (28 * value) / most}`).join(' ');
  return <svg class="line" viewBox="0 0 100 32" preserveAspectRatio="none" role="img" aria-label={label}><polyline points={points} /></svg>;
}
