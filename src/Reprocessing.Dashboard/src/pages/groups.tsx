import { id, query } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { DeadLetter, FailureGroup, OrderRow, Page } from '../api/types';
import { attemptOf, number, plural, words } from '../format';
import { asked, change, go, to } from '../route';
import { ActionButton, Guarded, requester } from '../ui/action';
import { Badge, Empty, Facts, JobId, Loading, OrderId, PageFrame, Panel, ProblemNote, When, Who } from '../ui/basics';
import { Outcomes, Spark } from '../ui/charts';
import { Pager, Table } from '../ui/table';
import { verdict } from '../words';

/** Times, addresses, ids, numbers and quoted values are what differs between failures of one kind. */
const variable = /(\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b\d{4}-\d\d-\d\dT[\d:.Z+-]+|https?:\/\/\S+|"[^"]*"|'[^']*'|\b[A-Za-z]+-[\w-]*\d[\w-]*|\b\d+(?:[.,]\d+)*(?:\s?(?:ms|s|min|h|kB|KiB|MiB|%))?)/g;

/** A failure in words, the parts of this one sample set apart. */
export const Reason = ({ text }: { text: string }) => (
  <span class="reason">{text.split(variable).map((part, index) => (index % 2 === 1 ? <var key={index}>{part}</var> : part))}</span>
);

export const GroupLine = ({ group, most }: { group: FailureGroup; most: number }) => (
  <li>
    <a class="group-line" href={to(['groups', group.fingerprint])}>
      <span class="group-count">{number(group.openCount + group.failingCount)}</span>
      <span class="group-text"><Reason text={group.sampleReason} /><span class="group-meta"><Badge state={group.state} /><span class="tag">{group.errorType}</span><span class="muted">{[group.failingCount > 0 && `${number(group.failingCount)} failing`, group.openCount > 0 && plural(group.openCount, 'dead letter')].filter(Boolean).join(' · ')} · {words(group.failureStatus)} · last <When at={group.lastSeen} short /></span></span></span>
      <Spark values={group.recent} />
      <span class="group-bar" aria-hidden="true"><span style={{ width: `${(100 * (group.openCount + group.failingCount)) / Math.max(1, most)}%` }} /></span>
    </a>
  </li>
);

const states = ['new', 'ongoing', 'regressed', 'resolved', 'archived'];

export function Groups() {
  const state = asked('state');
  const path = query('/api/failure-groups', { state, pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<FailureGroup>>(path, 5000);
  return (
    <PageFrame title="Failure groups" request={{ method: 'GET', path }} words={['groups', 'list', ...(state ? ['--state', state] : [])]}>
      <div class="tabs" role="group" aria-label="State">
        {['', ...states].map((name) => <button type="button" key={name} aria-pressed={state === name} onClick={() => change({ state: name })}>{name ? words(name) : 'All'}</button>)}
      </div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="groups" />
        : data.items.length === 0 ? <Empty title={state ? `No group is ${state}.` : 'No kind of failure is known.'}>Failures of one kind share a fingerprint: type of error, status and reason without what differs from order to order.</Empty>
        : (
          <>
            <Table
              caption="Failure groups, those with the most open entries first" rows={data.items} rowKey={(group) => group.fingerprint} href={(group) => to(['groups', group.fingerprint])} isBusy={isBusy}
              columns={[
                { key: 'failing', head: 'Failing', isNumber: true, cell: (group) => number(group.failingCount) },
                { key: 'open', head: 'Dead letters', isNumber: true, cell: (group) => <strong>{number(group.openCount)}</strong> },
                { key: 'reason', head: 'Failure', isWide: true, cell: (group) => <><a href={to(['groups', group.fingerprint])}><Reason text={group.sampleReason} /></a>{group.note && <p class="muted">“{group.note}”</p>}</> },
                { key: 'recent', head: '24 hours', cell: (group) => <Spark values={group.recent} /> },
                { key: 'state', head: 'State', cell: (group) => <Badge state={group.state} /> },
                { key: 'type', head: 'Type', cell: (group) => group.errorType },
                { key: 'status', head: 'Status', cell: (group) => words(group.failureStatus) },
                { key: 'all', head: 'Ever', isNumber: true, cell: (group) => number(group.count) },
                { key: 'first', head: 'First', cell: (group) => <When at={group.firstSeen} short /> },
                { key: 'last', head: 'Last', cell: (group) => <When at={group.lastSeen} short /> },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="groups" />
          </>
        )}
    </PageFrame>
  );
}

export function Group({ fingerprint }: { fingerprint: string }) {
  const path = `/api/failure-groups/${id(fingerprint)}`;
  const { data: group, problem, reload } = useApi<FailureGroup>(path, 5000);
  if (!group) return <PageFrame kind="Failure group" title={fingerprint}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the group" />}</PageFrame>;
  const filter = `fingerprint = ${group.fingerprint}`;
  const isArchived = group.state === 'archived';
  return (
    <PageFrame
      kind="Failure group" title={group.fingerprint} badge={<Badge state={group.state} />} request={{ method: 'GET', path }} words={['groups', 'show', fingerprint]}
      actions={
        <>
          <Guarded class={group.openCount > 0 ? 'is-main' : ''} why={group.openCount === 0 ? 'It has no open dead letter.' : whyNot()} onClick={() => go(to(['plans', 'new'], { operation: 'retry', filter }))}>Plan a retry…</Guarded>
          <Guarded why={group.openCount === 0 ? 'It has no open dead letter.' : whyNot()} onClick={() => go(to(['plans', 'new'], { operation: 'retry', id: group.sampleOrderId }))}>One order first…</Guarded>
          <Guarded class={group.openCount === 0 && group.failingCount > 0 ? 'is-main' : ''} why={group.failingCount === 0 ? 'No order of it is failing: what there is, is in the queue.' : whyNot()} onClick={() => go(to(['plans', 'new'], { operation: 'restart', filter }))}>Plan a restart…</Guarded>
          <ActionButton
            key={String(isArchived)} label={isArchived ? 'Take up again…' : 'Archive…'} title={isArchived ? 'Take the group up again' : 'Put the group aside'} verb={isArchived ? 'Take up' : 'Archive'} done={isArchived ? 'The group is taken up again.' : 'The group is archived.'}
            fields={[{ name: 'note', label: 'Note', type: 'area', value: group.note ?? '', hint: 'Why. It stays with the group.' }]}
            request={(values) => ({ method: 'PATCH', path, body: { state: isArchived ? 'open' : 'archived', note: values['note'] || undefined, requestedBy: requester() } })}
            words={(values) => ['groups', isArchived ? 'reopen' : 'archive', fingerprint, ...(values['note'] ? ['--note', values['note']] : []), ...(requester() ? ['--requested-by', requester()] : [])]}
            onDone={reload}
          ><p>{isArchived ? 'Its state follows from its entries again.' : 'Its entries stay in the queue like others; only the group is out of the way, whatever comes.'}</p></ActionButton>
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      <p class="lead"><Reason text={group.sampleReason} /></p>
      <div class="columns">
        <div>
          <Panel title="Group">
            <Facts of={[
              ['Failing', <a href={to(['failing'], { filter })}>{plural(group.failingCount, 'order')}</a>],
              ['Dead letters', <a href={to(['dead-letters'], { filter })}>{number(group.openCount)} open</a>],
              ['Resolved', number(group.resolvedCount)],
              group.recent && ['By the hour', <Spark values={group.recent} isSaid />],
              ['Type of error', group.errorType],
              ['Status', words(group.failureStatus)],
              ['First seen', <When at={group.firstSeen} />],
              ['Last seen', <When at={group.lastSeen} />],
              ['For instance', <OrderId of={group.sampleOrderId} />],
              group.resolvedAt && ['Resolved', <When at={group.resolvedAt} />],
              group.note && ['Note', group.note],
              group.archivedBy && ['Archived by', <><Who name={group.archivedBy} /> <When at={group.archivedAt} short /></>],
            ]} />
          </Panel>
        </div>
        <div>
          <Panel title="Did the last retries help?">
            {!group.retries || group.retries.length === 0 ? <Empty title="No bulk retry of this group yet.">Retry one order first: what becomes of it tells whether the cause is gone.</Empty>
              : group.retries.map((retry) => {
                const said = verdict(retry.outcomes);
                return (
                  <div class="retry" key={retry.jobId}>
                    <p><JobId of={retry.jobId} /> <span class="muted"><When at={retry.requestedAt} short /></span></p>
                    <p class={`verdict is-${said.tone}`}><span aria-hidden="true">{said.tone === 'good' ? '✓' : said.tone === 'bad' ? '✕' : '◌'}</span> {said.text}</p>
                    <Outcomes counts={retry.outcomes} />
                  </div>
                );
              })}
          </Panel>
        </div>
      </div>
      {group.failingCount > 0 && <FailingOfGroup filter={filter} count={group.failingCount} />}
      {group.openCount > 0 && <Newest filter={filter} count={group.openCount} />}
    </PageFrame>
  );
}

/** Those that are due first: what a run would restart next. */
function FailingOfGroup({ filter, count }: { filter: string; count: number }) {
  const { data, problem, reload } = useApi<Page<OrderRow>>(query('/api/orders', { filter, pageSize: 10 }), 10000);
  return (
    <Panel title="Failing, not dead yet" aside={<a href={to(['failing'], { filter })}>All {number(count)}</a>}>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="orders" /> : (
        <Table
          caption="Failing orders of the group" rows={data.items} rowKey={(order) => order.orderId} href={(order) => to(['orders', order.orderId])}
          columns={[
            { key: 'order', head: 'Order', cell: (order) => <OrderId of={order.orderId} /> },
            { key: 'reason', head: 'Reason', isWide: true, cell: (order) => <Reason text={order.reason ?? ''} /> },
            { key: 'customer', head: 'Customer', cell: (order) => <span class="id">{order.customerId}</span> },
            { key: 'restarts', head: 'Attempt', isNumber: true, cell: (order) => attemptOf(order) },
            { key: 'at', head: 'Failed', cell: (order) => <When at={order.failedAt} short /> },
          ]}
        />
      )}
    </Panel>
  );
}

/** The last few of a group, for who wants to see one before all. */
function Newest({ filter, count }: { filter: string; count: number }) {
  const path = query('/api/dead-letters', { filter, pageSize: 10 });
  const { data, problem, reload } = useApi<Page<DeadLetter>>(path, 10000);
  return (
    <Panel title="Newest dead letters" aside={<a href={to(['dead-letters'], { filter })}>All {number(count)}</a>}>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="entries" /> : (
        <Table
          caption="Newest open entries of the group" rows={data.items} rowKey={(letter) => letter.orderId} href={(letter) => to(['orders', letter.orderId])}
          columns={[
            { key: 'order', head: 'Order', cell: (letter) => <OrderId of={letter.orderId} /> },
            { key: 'reason', head: 'Reason', isWide: true, cell: (letter) => <Reason text={letter.finalFailureReason} /> },
            { key: 'customer', head: 'Customer', cell: (letter) => <span class="id">{letter.customerId}</span> },
            { key: 'back', head: 'Came back', isNumber: true, cell: (letter) => letter.reopenCount },
            { key: 'at', head: 'Failed', cell: (letter) => <When at={letter.failedAt} short /> },
          ]}
        />
      )}
    </Panel>
  );
}
