import { id, query } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { Attempt, AuditEvent, DeadLetter, Order, Page, TimelineEvent } from '../api/types';
import { attemptOf, number, plural, span, time, words } from '../format';
import { asked, change, go, to } from '../route';
import { ActionButton, Guarded, reasonField, requester } from '../ui/action';
import { Badge, Empty, Facts, Id, JobId, Loading, PageFrame, Panel, ProblemNote, Tree, When, Who } from '../ui/basics';
import { AuditTable } from './audit';
import { Reason } from './groups';

const ended = ['completed', 'cancelled'];

export function OrderPage({ orderId }: { orderId: string }) {
  const path = `/api/orders/${id(orderId)}`;
  const { data: order, problem, reload } = useApi<Order>(path, 3000);
  const letter = useApi<DeadLetter>(order && order.deadLetterCount > 0 ? `/api/dead-letters/${id(orderId)}` : null, 3000);
  const view = asked('view') || 'timeline';
  const all = () => { reload(); letter.reload(); };
  if (!order) return <PageFrame kind="Order" title={orderId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the order" />}</PageFrame>;

  const entry = letter.data;
  const isOpen = !!entry && (!entry.resolution || entry.resolution === 'escalated');
  const failure = order.failure;
  const resolve = (resolution: string) => (values: Record<string, string>) => ({
    method: 'POST' as const, path: `/api/dead-letters/${id(orderId)}/resolve`,
    body: { resolution, resolvedBy: requester(), notes: values['notes'] || undefined, force: values['force'] === 'true' || undefined, modifications: values['from'] ? { from: values['from'] } : undefined },
  });
  const by = () => (requester() ? ['--requested-by', requester()] : []);
  return (
    <PageFrame
      kind="Order" title={order.orderId} badge={<Badge state={order.status} />} request={{ method: 'GET', path }} words={['orders', 'show', orderId]}
      actions={
        <>
          {isOpen && (
            <ActionButton
              label="Retry…" title="Retry the order" verb="Retry" done="The order is taken up anew." onDone={all}
              fields={[
                { name: 'notes', label: 'Reason', type: 'area', isNeeded: true, hint: 'Kept as a note on the entry.' },
                { name: 'from', label: 'From', type: 'choice', choices: [['', 'as the app is set'], ['failed_stage', 'the failed stage'], ['beginning', 'the beginning']] },
                { name: 'force', label: 'Also when the same input is likely to fail again', type: 'check' },
              ]}
              request={resolve('manual_retry')}
              words={(values) => ['orders', 'retry', orderId, '--reason', values['notes'] ?? '', ...(values['from'] ? ['--from', values['from']] : []), ...(values['force'] === 'true' ? ['--force'] : []), ...by()]}
            ><p>The retry count begins again at 0 in a new generation; the history stays.</p></ActionButton>
          )}
          {isOpen && entry.resolution !== 'escalated' && (
            <ActionButton
              label="Escalate…" title="Hand the order to people" verb="Escalate" done="The order is escalated." onDone={all}
              fields={[{ name: 'notes', label: 'Reason', type: 'area', isNeeded: true }]} request={resolve('escalated')}
              words={(values) => ['dlq', 'resolve', orderId, '--as', 'escalated', '--reason', values['notes'] ?? '', '--notes', values['notes'] ?? '', ...by()]}
            />
          )}
          {entry && (
            <ActionButton
              label="Note…" title="Write a note" verb="Write" done="The note is written." onDone={all} fields={[{ name: 'text', label: 'Note', type: 'area', isNeeded: true }]}
              request={(values) => ({ method: 'POST', path: `/api/dead-letters/${id(orderId)}/notes`, body: { text: values['text'], author: requester() } })}
              words={(values) => ['dlq', 'note', orderId, values['text'] ?? '', ...by()]}
            />
          )}
          {!isOpen && failure && order.nextRetryAt && <Guarded why={whyNot()} onClick={() => go(to(['plans', 'new'], { operation: 'restart', id: order.orderId }))}>Plan a restart…</Guarded>}
          {!isOpen && failure && !ended.includes(order.status) && order.status !== 'in_progress' && (
            <ActionButton
              label="Dead-letter…" title="Move the order to the dead-letter queue" verb="Move" done="The order is in the queue." onDone={all} fields={[reasonField]}
              request={(values) => ({ method: 'POST', path: `${path}/dead-letter`, body: { reason: values['reason'], requestedBy: requester() } })}
              words={(values) => ['orders', 'dead-letter', orderId, '--reason', values['reason'] ?? '', ...by()]}
            ><p>No run restarts it any more, until somebody takes it up.</p></ActionButton>
          )}
          {!ended.includes(order.status) && (
            <ActionButton
              label="Cancel order…" title="Cancel the order" verb="Cancel the order" isDangerous confirm={1} done="The order is cancelled." onDone={all} fields={[reasonField]}
              request={(values) => ({ method: 'POST', path: `${path}/cancel`, body: { reason: values['reason'], requestedBy: requester() } })}
              words={(values) => ['orders', 'cancel', orderId, '--reason', values['reason'] ?? '', ...by()]}
            ><p>Its dead letter is closed with it; a workflow that is at work on it is ended.</p></ActionButton>
          )}
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {failure && (
        <section class="failure" aria-label="Failure">
          <p class="failure-reason"><Reason text={failure.reason} /></p>
          <p class="failure-meta">
            <Badge state={failure.status} /> <span class="tag">{failure.errorType}</span>
            {failure.isPermanent && <span class="tag is-warn">permanent: the same input would fail again</span>}
            {failure.stage && <span>at {failure.stage}</span>} <When at={failure.failedAt} /> <Id of={failure.fingerprint} parts={['groups', failure.fingerprint]} />
          </p>
        </section>
      )}
      <div class="columns">
        <div>
          <Panel title="Attempts" aside={order.attempts.length > 0 && <span class="muted">Attempt {attemptOf(order)}{order.attempts.length > order.retryCount + 1 && `, ${plural(order.attempts.length, 'attempt')} ever`}</span>}><Attempts attempts={order.attempts} /></Panel>
          <div class="tabs" role="group" aria-label="History">
            {[['timeline', 'Timeline'], ['audit', 'Audit'], ['json', 'All fields']].map(([name, text]) => <button type="button" key={name} aria-pressed={view === name} onClick={() => change({ view: name === 'timeline' ? '' : name })}>{text}</button>)}
          </div>
          {view === 'timeline' ? <Timeline orderId={orderId} version={order.version} /> : view === 'audit' ? <OrderAudit orderId={orderId} /> : <Panel title="As the app shows it"><Tree value={entry ? { order, deadLetter: entry } : order} /></Panel>}
        </div>
        <div>
          <Panel title="Order">
            <Facts of={[
              ['Customer', <span class="id">{order.customerId}</span>],
              ['Status', <Badge state={order.status} />],
              ['Attempt', <>{attemptOf(order)}{failure && order.retryCount >= order.maxRetries && <span class="muted">, no restart is left</span>}</>],
              order.nextRetryAt && ['May be restarted', <When at={order.nextRetryAt} />],
              order.checkpoint && ['Done up to', words(order.checkpoint)],
              order.workflowId && ['Workflow', <Id of={order.workflowId} parts={['workflows', order.workflowId]} />],
              failure?.exceptionType && ['Exception', <span class="id">{failure.exceptionType}</span>],
              failure?.traceId && ['Trace', <span class="id">{failure.traceId}</span>],
              failure?.runId && ['Of', <JobId of={failure.runId} />],
              ['Came in', <When at={order.createdAt} />],
              ['Changed', <When at={order.updatedAt} />],
            ]} />
          </Panel>
          {entry && (
            <Panel title="Dead letter" aside={entry.resolution ? <Badge state={entry.resolution} /> : <Badge state="open" />}>
              <Facts of={[
                ['In the queue since', <When at={entry.movedToQueueAt} />],
                entry.runId ? ['Moved by', <JobId of={entry.runId} />] : entry.movedBy && ['Moved by', <Who name={entry.movedBy} />],
                ['Came back', plural(entry.reopenCount, 'time')],
                entry.resolvedBy && ['Resolved by', <>{/^(job|run)-/.test(entry.resolvedBy) ? <JobId of={entry.resolvedBy} /> : <Who name={entry.resolvedBy} />} <When at={entry.resolvedAt} short /></>],
              ]} />
              {entry.notes.length > 0 && <ul class="notes">{entry.notes.map((note) => <li key={note.at + note.text}><p>{note.text}</p><p class="muted"><Who name={note.author} /> · <When at={note.at} short /></p></li>)}</ul>}
            </Panel>
          )}
          {letter.problem && letter.problem.status !== 404 && <ProblemNote problem={letter.problem} />}
          <Panel title="What came in"><Tree value={order.snapshot} /></Panel>
        </div>
      </div>
    </PageFrame>
  );
}

/** Each go as a bar over the time of all of them: how long it waited, and how long it worked. */
function Attempts({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <Empty title="No attempt yet.">Another system works on it, or its workflow has not begun.</Empty>;
  const first = Date.parse(attempts[0]!.requestedAt);
  const last = Math.max(...attempts.map((one) => (one.endedAt ? Date.parse(one.endedAt) : Date.now())), first + 1000);
  const at = (when: string | number) => (100 * ((typeof when === 'number' ? when : Date.parse(when)) - first)) / (last - first);
  return (
    <>
      <ol class="attempts">
        {attempts.map((one, index) => {
          const begun = one.begunAt ?? one.requestedAt;
          const end = one.endedAt ? Date.parse(one.endedAt) : Date.now();
          const state = !one.endedAt ? 'running' : one.failure ? 'failed' : 'completed';
          // One that another system had, or that never began, says not how long it worked.
          const took = one.begunAt ? span((end - Date.parse(one.begunAt)) / 1000) : '';
          return (
            <li key={one.workflowId + one.number}>
              <span class="attempt-name" title={`Attempt ${one.number} of generation ${one.generation}`}><span class="id">{one.generation > 0 ? `${one.generation}.` : '#'}{one.number}</span></span>
              <span class="attempt-track" aria-hidden="true">
                <span class="attempt-wait" style={{ left: `${at(one.requestedAt)}%`, width: `${Math.max(0, at(begun) - at(one.requestedAt))}%` }} />
                <span class={`attempt-bar is-${state}`} style={{ left: `${Math.min(99.2, at(begun))}%`, width: `${Math.max(0.8, at(end) - at(begun))}%` }} />
              </span>
              <span class="attempt-end">
                <Badge state={one.failure?.status ?? state} /> <span class="muted">{[took, one.runId ? 'by ' : ''].filter(Boolean).join(', ')}{one.runId && <JobId of={one.runId} />}</span>
                {one.failure && <span class="attempt-reason">{one.failure.reason === attempts[index - 1]?.failure?.reason ? 'as before' : <Reason text={one.failure.reason} />}</span>}
              </span>
            </li>
          );
        })}
      </ol>
      <div class="days-axis" aria-hidden="true"><span>{time(first)}</span><span>{time(last)}</span></div>
    </>
  );
}

function Timeline({ orderId, version }: { orderId: string; version: number }) {
  const path = query(`/api/orders/${id(orderId)}/timeline`, { pageSize: 1000 });
  const { data, problem, reload } = useApi<Page<TimelineEvent>>(`${path}#${version}`);
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Loading what="the timeline" />;
  return (
    <Panel title="Timeline" aside={<span class="muted">newest first</span>}>
      <ol class="timeline">
        {[...data.items].reverse().map((event) => (
          <li key={event.sequence} class={`is-${event.kind}`}>
            <span class="timeline-at"><time dateTime={event.at}>{time(event.at)}</time></span>
            <span class="timeline-what"><strong>{words(event.kind)}</strong>{event.stage && ` ${event.stage}`}{event.status && <> <Badge state={event.status} /></>}
              {event.detail && <span class="timeline-detail">{event.detail}</span>}
              <span class="muted timeline-by">{event.actor && <>by <Who name={event.actor} /> </>}{event.runId && <>of <JobId of={event.runId} /> </>}{event.workflowId && <Id of={event.workflowId} parts={['workflows', event.workflowId]} />}</span></span>
          </li>
        ))}
      </ol>
      {data.nextPageToken && <p class="muted">The first {number(data.items.length)} events of more: <code>reprocess orders timeline --limit 0</code> has all.</p>}
    </Panel>
  );
}

function OrderAudit({ orderId }: { orderId: string }) {
  const { data, problem, reload } = useApi<Page<AuditEvent>>(query('/api/audit-events', { target: orderId, pageSize: 100 }), 5000);
  return problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="the audit log" />
    : data.items.length === 0 ? <Empty title="Nobody has done anything to this order.">What the schedule does to it stands in its timeline.</Empty> : <AuditTable events={data.items} />;
}
