import { query } from '../api/client';
import { useApi } from '../api/poll';
import type { AuditEvent, Page } from '../api/types';
import { option } from '../copy';
import { time } from '../format';
import { asked, change, to } from '../route';
import { Empty, Id, Loading, PageFrame, ProblemNote, Who } from '../ui/basics';
import { Pager, Table } from '../ui/table';

/** Where the thing that was acted on has its page. */
function target(event: AuditEvent): string[] | undefined {
  const { target: id, action } = event;
  if (id.startsWith('job-')) return ['jobs', id];
  if (id.startsWith('run-')) return ['runs', id];
  if (id.startsWith('plan-')) return ['plans', id];
  if (id.startsWith('import-')) return ['imports', id];
  if (id.startsWith('export-')) return ['exports', id];
  if (action.startsWith('failure_group.')) return ['groups', id];
  if (action.startsWith('workflow.')) return ['workflows', id];
  return action.startsWith('order.') || action.startsWith('dead_letter.') ? ['orders', id] : undefined;
}

export const AuditTable = ({ events, isBusy }: { events: AuditEvent[]; isBusy?: boolean }) => (
  <Table
    caption="Audit events, newest first" rows={events} rowKey={(event) => event.eventId} isBusy={isBusy} href={(event) => to(target(event) ?? ['audit'], target(event) ? {} : { target: event.target })}
    columns={[
      { key: 'at', head: 'When', cell: (event) => <time dateTime={event.at}>{time(event.at)}</time> },
      { key: 'who', head: 'Who', cell: (event) => <Who name={event.actor} /> },
      { key: 'what', head: 'What', cell: (event) => <code>{event.action}</code> },
      { key: 'target', head: 'On', cell: (event) => <Id of={event.target} parts={target(event)} /> },
      { key: 'why', head: 'Why', isWide: true, cell: (event) => <>{event.reason && <span class="quote">{event.reason}</span>}{event.detail && <span class="muted"> {event.detail}</span>}</> },
    ]}
  />
);

const fields: [name: string, label: string, hint: string][] = [
  ['actor', 'Who', 'dana'], ['action', 'Action', 'job.paused'], ['target', 'On', 'job-…, an order, a group'], ['from', 'Not before', '2026-03-01'], ['to', 'Not after', '2026-03-02T12:00Z'],
];

export function Audit() {
  const said = Object.fromEntries(fields.map(([name]) => [name, asked(name)]));
  const path = query('/api/audit-events', { ...said, pageSize: 100, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<AuditEvent>>(path, asked('page') ? 0 : 5000);
  return (
    <PageFrame title="Audit" request={{ method: 'GET', path }} words={['audit', ...fields.flatMap(([name]) => option(`--${name}`, said[name]))]}>
      <form class="narrow" key={JSON.stringify(said)} onSubmit={(e) => { e.preventDefault(); change(Object.fromEntries([...new FormData(e.currentTarget)].map(([name, value]) => [name, String(value).trim()]))); }}>
        {fields.map(([name, label, hint], index) => <label key={name}>{label}<input name={name} data-filter={index === 0 || undefined} defaultValue={said[name]} placeholder={hint} autocomplete="off" /></label>)}
        <button type="submit">Filter</button>
        {Object.values(said).some(Boolean) && <button type="button" onClick={() => change(Object.fromEntries(fields.map(([name]) => [name, ''])))}>Clear</button>}
      </form>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="the audit log" />
        : data.items.length === 0 ? <Empty title="No event.">Whatever people do is kept here: who, when, what, and why.</Empty>
        : <><AuditTable events={data.items} isBusy={isBusy} /><Pager next={data.nextPageToken} shown={data.items.length} what="events" /></>}
    </PageFrame>
  );
}
