import { id, query } from '../api/client';
import { useApi } from '../api/poll';
import type { Alert, Page } from '../api/types';
import { option } from '../copy';
import { number, since, words } from '../format';
import { asked, change, to } from '../route';
import { ActionButton, requester } from '../ui/action';
import { Badge, Empty, Id, JobId, Loading, PageFrame, ProblemNote, When, Who } from '../ui/basics';
import { Pager, Table } from '../ui/table';

/** What it is about: a group or a job has its page, what is about the whole app has its list. */
function Subject({ alert }: { alert: Alert }) {
  if (alert.subject) return alert.kind === 'failure_group' ? <Id of={alert.subject} parts={['groups', alert.subject]} /> : <JobId of={alert.subject} />;
  switch (alert.kind) {
    case 'dead_letter_depth':
    case 'dead_letter_age':
    case 'dead_letters': return <a href={to(['dead-letters'])}>dead letters</a>;
    case 'backlog':
    case 'full_runs': return <a href={to(['failing'], { filter: 'nextRetryAt <= now' })}>due orders</a>;
    default: return <a href={to(['runs'])}>runs</a>;
  }
}

const Acknowledge = ({ alert, onDone }: { alert: Alert; onDone: () => void }) => (
  <ActionButton
    label="Acknowledge…" title="Acknowledge the alert" verb="Acknowledge" done="The alert is acknowledged." onDone={onDone}
    fields={[{ name: 'reason', label: 'Reason', type: 'area', isNeeded: true, hint: 'What is known, and why it may last. It ends when the alert clears.' }]}
    request={(values) => ({ method: 'POST', path: `/api/alerts/${id(alert.id)}/acknowledge`, body: { reason: values['reason'], requestedBy: requester() } })}
    words={(values) => ['alerts', 'acknowledge', alert.id, ...option('--reason', values['reason']), ...option('--requested-by', requester())]}
  ><p>{alert.message}</p></ActionButton>
);

const Known = ({ alert }: { alert: Alert }) => (alert.acknowledgement
  ? <span>known to <Who name={alert.acknowledgement.by} /> <span class="muted"><When at={alert.acknowledgement.at} short /></span>: <span class="quote">{alert.acknowledgement.reason}</span></span> : null);

/** Those that nobody knows of come first and are loud; those that somebody has acknowledged stay in sight. */
export function RaisedAlerts({ alerts, onDone }: { alerts: Alert[]; onDone: () => void }) {
  const sorted = [...alerts].sort((a, b) => Number(!!a.acknowledgement) - Number(!!b.acknowledgement) || a.since.localeCompare(b.since));
  return (
    <section class="alerts" aria-label="Alerts">
      <ul>{sorted.map((alert) => (
        <li key={alert.id} class={alert.acknowledgement ? 'is-known' : ''}>
          <span class="alert-mark" aria-hidden="true">{alert.acknowledgement ? '△' : '▲'}</span>
          <span class="alert-text"><strong>{alert.message}</strong> <span class="muted">for {since(alert.since)}, <Subject alert={alert} /></span>{alert.acknowledgement && <span class="alert-known"><Known alert={alert} /></span>}</span>
          {!alert.acknowledgement && <Acknowledge alert={alert} onDone={onDone} />}
        </li>
      ))}</ul>
    </section>
  );
}

export function Alerts() {
  const state = asked('state');
  const path = query('/api/alerts', { state, pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Alert>>(path, asked('page') ? 0 : 5000);
  return (
    <PageFrame title="Alerts" request={{ method: 'GET', path }} words={['alerts', 'list', ...option('--state', state)]}>
      <div class="tabs" role="group" aria-label="State">{['', 'raised', 'cleared'].map((name) => <button type="button" key={name} aria-pressed={state === name} onClick={() => change({ state: name })}>{name ? words(name) : 'All'}</button>)}</div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="alerts" />
        : data.items.length === 0 ? <Empty title={state ? `No alert is ${state}.` : 'Nothing was ever wrong.'}>An alert is raised while a threshold of the settings is passed, and clears by itself.</Empty>
        : (
          <>
            <Table
              caption="Alerts, raised ones first" rows={data.items} rowKey={(alert) => alert.id} isBusy={isBusy}
              columns={[
                { key: 'state', head: 'State', cell: (alert) => <Badge state={alert.state === 'raised' ? 'failed' : 'succeeded'} text={words(alert.state)} /> },
                { key: 'message', head: 'What', isWide: true, cell: (alert) => <><strong>{alert.message}</strong> <Known alert={alert} /></> },
                { key: 'kind', head: 'Kind', cell: (alert) => words(alert.kind) },
                { key: 'about', head: 'About', cell: (alert) => <Subject alert={alert} /> },
                { key: 'since', head: 'Since', cell: (alert) => <When at={alert.since} short /> },
                { key: 'value', head: 'Value', isNumber: true, cell: (alert) => number(alert.value) },
                { key: 'threshold', head: 'Threshold', isNumber: true, cell: (alert) => number(alert.threshold) },
                { key: 'looked', head: 'Looked at', cell: (alert) => <When at={alert.evaluatedAt} short /> },
                { key: 'do', head: '', cell: (alert) => (alert.state === 'raised' && !alert.acknowledgement ? <Acknowledge alert={alert} onDone={reload} /> : '') },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="alerts" />
          </>
        )}
    </PageFrame>
  );
}
