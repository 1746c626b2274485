import { useState } from 'preact/hooks';
import { whyNot } from '../api/me';
import { listing } from '../api/client';
import { useApi } from '../api/poll';
import type { FailingStatistics, OrderRow, Page } from '../api/types';
import { option } from '../copy';
import { attemptOf, number, plural, roughly, since, time, words } from '../format';
import { orderGrammar } from '../grammar';
import { asked, change, go, to } from '../route';
import { Guarded } from '../ui/action';
import { Badge, Counts, Empty, Id, Loading, OrderId, PageFrame, Panel, ProblemNote, When, WithSide } from '../ui/basics';
import { FilterBox } from '../ui/filter';
import { chosenColumns, ColumnPicker, Pager, rowsOfPage, Table, type Column } from '../ui/table';
import { Reason } from './groups';

/** A run takes an order at the first tick after this moment, so one whose moment has come is due, not late. */
function NextRetry({ at }: { at?: string }) {
  if (!at) return <span class="muted">–</span>;
  const seconds = (Date.parse(at) - Date.now()) / 1000;
  return <time dateTime={at} title={time(at)}>{seconds <= 0 ? <span class="tag is-run">due now</span> : `in ${roughly(seconds)}`}</time>;
}

/** What tells a workflow from the others of its order; an outside system's ids are its own. */
function attempt({ orderId, workflowId = '' }: OrderRow): string {
  const first = `order-fulfillment-${orderId}`;
  // Of a long order id the workflow's has a part and a hash.
  const ofLong = /^order-fulfillment-.*~[0-9a-f]{16}(?:-(.+))?$/.exec(workflowId);
  if (ofLong) return ofLong[1] ?? 'first';
  return workflowId === first ? 'first' : workflowId.startsWith(`${first}-`) ? workflowId.slice(first.length + 1) : workflowId;
}

const columns: Column<OrderRow>[] = [
  { key: 'order', head: 'Order', cell: (order) => <OrderId of={order.orderId} /> },
  { key: 'status', head: 'Failure', cell: (order) => <><Badge state={order.status} />{order.errorType && <span class="tag">{order.errorType}</span>}</> },
  { key: 'reason', head: 'Reason', isWide: true, cell: (order) => (order.reason ? <Reason text={order.reason} /> : '') },
  { key: 'restarts', head: 'Attempt', isNumber: true, cell: (order) => attemptOf(order) },
  { key: 'next', head: 'Next retry', cell: (order) => <><NextRetry at={order.nextRetryAt} />{order.failedAt && <span class="below" title={time(order.failedAt)}>fails for {since(order.failedAt)}</span>}</> },
  { key: 'age', head: 'Fails for', cell: (order) => (order.failedAt ? <span class="span" title={time(order.failedAt)}>{since(order.failedAt)}</span> : '') },
  { key: 'workflow', head: 'Workflow', cell: (order) => (order.workflowId ? <a class="id is-short" href={to(['workflows', order.workflowId])} title={order.workflowId}>{attempt(order)}</a> : '') },
  { key: 'customer', head: 'Customer', cell: (order) => <span class="id">{order.customerId}</span> },
  { key: 'priority', head: 'Priority', cell: (order) => words(order.priority) },
  { key: 'group', head: 'Group', cell: (order) => (order.fingerprint ? <Id of={order.fingerprint} parts={['groups', order.fingerprint]} /> : '') },
  { key: 'created', head: 'Came in', cell: (order) => <When at={order.createdAt} short /> },
  { key: 'updated', head: 'Changed', cell: (order) => <When at={order.updatedAt} short /> },
];

const usual = ['order', 'status', 'reason', 'restarts', 'next', 'workflow'];
/** Beside those that fail, for who looks where an order has gone: the plans of this page are of failing ones. */
const others: [string, string][] = [['pending', 'Pending'], ['in_progress', 'In progress'], ['pending_retry', 'Pending retry'], ['completed', 'Completed'], ['dead_letter', 'Dead letter'], ['cancelled', 'Cancelled'], ['any', 'Of any status']];

export function Failing() {
  const filter = asked('filter');
  const status = asked('status');
  const size = rowsOfPage();
  const request = listing('/api/orders', { filter, status }, { pageSize: size, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<OrderRow>>(request, asked('page') ? 0 : 3000);
  const statistics = useApi<FailingStatistics>('/api/statistics/orders', 5000);
  const [selected, select] = useState<Set<string>>(new Set());
  const chosen = chosenColumns(usual);
  const isFault = problem?.errors?.some((error) => error.column !== undefined);
  const isOther = others.some(([name]) => name === status);
  const statuses = [...new Set([...Object.keys(statistics.data?.byFailureStatus ?? {}), ...(status && !isOther ? [status] : [])])];

  /** On the server: what matches, not what this page shows. */
  const whole = [filter && (status ? `(${filter})` : filter), status ? `status = ${status}` : ''].filter(Boolean).join(' AND ');
  const plan = (operation: string) => go(to(['plans', 'new'], selected.size > 0 ? { operation, ids: JSON.stringify([...selected]) } : { operation, filter: whole, all: whole ? '' : '1' }));
  const narrow = (more: string) => to(['failing'], { filter: filter ? `(${filter}) AND ${more}` : more, status });
  const why = isOther ? 'Only failing orders are restarted, dead-lettered or cancelled in bulk.' : whyNot();

  return (
    <PageFrame title={isOther ? 'Orders' : 'Failing orders'} request={request} words={[...(isOther ? ['orders', 'list'] : ['failing', 'list']), ...option('--filter', filter), ...option('--status', status)]}>
      <FilterBox label="Filter of orders" value={filter} grammar={orderGrammar} problem={problem} onApply={(text) => { select(new Set()); change({ filter: text }); if (text === filter) reload(); }} />
      <div class="bar">
        <label class="inline">Status <select value={status} onChange={(e) => { select(new Set()); change({ status: e.currentTarget.value }); }}>
          <option value="">All that fail</option>
          {statuses.length > 0 && <optgroup label="Failing">{statuses.map((name) => <option key={name} value={name}>{words(name)}</option>)}</optgroup>}
          <optgroup label="Other orders">{others.map(([name, text]) => <option key={name} value={name}>{text}</option>)}</optgroup>
        </select></label>
        <span class="grow" />
        <label class="inline">Rows <select value={String(size)} onChange={(e) => change({ size: e.currentTarget.value })}>{[25, 50, 100, 200].map((n) => <option key={n} value={n}>{n}</option>)}</select></label>
        <ColumnPicker columns={columns} chosen={chosen} />
      </div>
      <WithSide
        label="Counts of all failing orders"
        side={statistics.problem ? <ProblemNote problem={statistics.problem} retry={statistics.reload} /> : statistics.data && (
          <>
            <Panel title="All that fail" aside={<span class="muted"><When at={statistics.data.asOf} short /></span>}>
              <p class="side-figure">{plural(statistics.data.failingCount, 'order')}</p>
              <p class="muted">{statistics.data.oldestFailedAt ? <>the oldest for {since(statistics.data.oldestFailedAt)}</> : 'none waits'}</p>
              <ul class="links">
                <li><a href={narrow('nextRetryAt <= now')}>{plural(statistics.data.dueCount, 'is', 'are')} due now</a></li>
                <li><a href={narrow('nextRetryAt > now')}>{plural(statistics.data.waitingCount, 'waits', 'wait')} for a retry</a>{statistics.data.nextDueAt && <span class="muted">, next <When at={statistics.data.nextDueAt} short /></span>}</li>
                {statistics.data.permanentCount > 0 && <li>{plural(statistics.data.permanentCount, 'fails', 'fail')} for good: the same input cannot succeed</li>}
              </ul>
            </Panel>
            <Panel title="By status"><Counts of={statistics.data.byFailureStatus} href={(name) => to(['failing'], { filter, status: name })} /></Panel>
            <Panel title="By type"><Counts of={statistics.data.byErrorType} href={(name) => narrow(`errorType = ${name}`)} /></Panel>
          </>
        )}
      >
        {problem && !isFault ? <ProblemNote problem={problem} retry={reload} /> : isFault ? null : !data ? <Loading what="orders" />
          : data.items.length === 0 ? (
            <Empty title={filter ? 'Nothing matches the filter.' : isOther ? 'No such order.' : 'No order is failing.'}>
              {filter ? <>Try another one, as <a href={to(['failing'], { filter: orderGrammar.examples[0] })}><code>{orderGrammar.examples[0]}</code></a>.</> : 'An order stands here from its first failure until it is completed, or its restarts are used up and it is a dead letter.'}
            </Empty>
          ) : (
            <>
              <div class="acts" role="region" aria-label="What to do with them">
                <span>{selected.size > 0 ? `${number(selected.size)} selected` : <>All matching{filter || status ? '' : ' orders'}</>}</span>
                <Guarded class="is-main" why={why} onClick={() => plan('restart')}>Plan a restart…</Guarded>
                <Guarded why={why} onClick={() => plan('dead_letter')}>Plan a dead-letter…</Guarded>
                <Guarded why={why} onClick={() => plan('cancel')}>Plan a cancel…</Guarded>
                {selected.size > 0 ? <button type="button" class="quiet" onClick={() => select(new Set())}>Select all matching instead</button> : <span class="muted">{isOther ? why : 'nothing changes before a plan is applied'}</span>}
              </div>
              <Table caption={`${isOther ? 'Orders, by id' : 'Failing orders, those first that are due first'}${filter ? `, by ${filter}` : ''}`} columns={columns.filter((column) => chosen.includes(column.key))} rows={data.items} rowKey={(order) => order.orderId} href={(order) => to(['orders', order.orderId])} selected={selected} onSelect={select} isBusy={isBusy} />
              <Pager next={data.nextPageToken} shown={data.items.length} what="orders" />
            </>
          )}
      </WithSide>
    </PageFrame>
  );
}
