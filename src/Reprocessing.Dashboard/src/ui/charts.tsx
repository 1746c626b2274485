import type { DaySummary, JobCounts, OutcomeCounts } from '../api/types';
import { number, plural } from '../format';
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

/** Restarted and dead-lettered orders a day; a bar leads to what was dead-lettered on that day. The same stands in a table for who does not see it. */
export function Days({ days, length }: { days: DaySummary[]; length: number }) {
  const shown = whole(days, length);
  const most = Math.max(1, ...shown.map((day) => day.restartedCount + day.dlqCount));
  const height = 120;
  const width = 100 / Math.max(1, shown.length);
  return (
    <figure class="days">
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" role="group" aria-label={`Restarted and dead-lettered orders of the last ${shown.length} days; the most in a day was ${most}.`}>
        <defs>
          <pattern id="dead" width="2" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(35)"><rect width="2" height="4" class="bar-dead" /><rect width="0.7" height="4" class="bar-dead-line" /></pattern>
        </defs>
        {[0.5, 1].map((share) => <line key={share} class="grid" x1="0" x2="100" y1={height - share * (height - 4)} y2={height - share * (height - 4)} />)}
        {shown.map((day, index) => {
          const dead = (day.dlqCount / most) * (height - 4);
          const restarted = (day.restartedCount / most) * (height - 4);
          return (
            <g key={day.day}>
              <title>{`${day.day}: ${plural(day.restartedCount, 'restart')}, ${number(day.dlqCount)} dead-lettered, in ${plural(day.runs, 'run')}`}</title>
              <rect class="bar-back" x={index * width} y="0" width={width} height={height} />
              <rect class="bar-restarted" x={index * width + width * 0.14} y={height - dead - restarted} width={width * 0.72} height={restarted} />
              <a href={to(['dead-letters'], { filter: `movedAt BETWEEN '${day.day}T00:00:00Z' AND '${day.day}T23:59:59Z'`, resolution: 'any' })} aria-label={`${day.dlqCount} dead-lettered on ${day.day}`} tabIndex={day.dlqCount ? 0 : -1}>
                <rect class="bar-dead-fill" fill="url(#dead)" x={index * width + width * 0.14} y={height - dead} width={width * 0.72} height={dead} />
              </a>
            </g>
          );
        })}
      </svg>
      <div class="days-axis" aria-hidden="true"><span>{shown[0]?.day}</span><span>most in a day: {number(most)}</span><span>{shown.at(-1)?.day}</span></div>
      <figcaption class="legend"><span class="key is-restarted">Restarted</span><span class="key is-dead">Dead-lettered</span></figcaption>
      <div class="hidden"><table><caption>Orders a day</caption><thead><tr><th>Day</th><th>Restarted</th><th>Dead-lettered</th></tr></thead><tbody>{shown.map((day) => <tr key={day.day}><td>{day.day}</td><td>{day.restartedCount}</td><td>{day.dlqCount}</td></tr>)}</tbody></table></div>
    </figure>
  );
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
