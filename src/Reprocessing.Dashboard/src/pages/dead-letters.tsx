import { useState } from 'preact/hooks';
import { listing, open } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { DeadLetterRow, DeadLetterStatistics, Page } from '../api/types';
import { option } from '../copy';
import { number, plural, since, words } from '../format';
import { deadLetterGrammar } from '../grammar';
import { asked, change, go, to } from '../route';
import { Guarded } from '../ui/action';
import { Badge, Counts, Empty, Id, JobId, Loading, OrderId, PageFrame, Panel, ProblemNote, When, Who, WithSide } from '../ui/basics';
import { FilterBox } from '../ui/filter';
import { announce } from '../ui/live';
import { chosenColumns, ColumnPicker, Pager, rowsOfPage, Table, type Column } from '../ui/table';
import { Reason } from './groups';

const columns: Column<DeadLetterRow>[] = [
  { key: 'order', head: 'Order', cell: (letter) => <OrderId of={letter.orderId} /> },
  { key: 'status', head: 'Failure', cell: (letter) => <Badge state={letter.finalFailureStatus} /> },
  { key: 'reason', head: 'Reason', isWide: true, cell: (letter) => <Reason text={letter.finalFailureReason} /> },
  { key: 'type', head: 'Type', cell: (letter) => letter.errorType },
  { key: 'customer', head: 'Customer', cell: (letter) => <span class="id">{letter.customerId}</span> },
  { key: 'priority', head: 'Priority', cell: (letter) => words(letter.orderSnapshot.priority) },
  { key: 'retries', head: 'Retries', isNumber: true, cell: (letter) => letter.totalRetryAttempts },
  { key: 'reopened', head: 'Came back', isNumber: true, cell: (letter) => letter.reopenCount },
  { key: 'failed', head: 'Failed', cell: (letter) => <When at={letter.failedAt} short /> },
  { key: 'moved', head: 'In queue', cell: (letter) => <span title={letter.movedToQueueAt}>{since(letter.movedToQueueAt)}</span> },
  { key: 'resolution', head: 'Resolution', cell: (letter) => (letter.resolution ? <><Badge state={letter.resolution} /> {letter.resolvedBy && (/^(job|run)-/.test(letter.resolvedBy) ? <JobId of={letter.resolvedBy} /> : <Who name={letter.resolvedBy} />)}</> : <span class="muted">open</span>) },
  { key: 'group', head: 'Group', cell: (letter) => <Id of={letter.fingerprint} parts={['groups', letter.fingerprint]} /> },
  { key: 'stage', head: 'Stage', cell: (letter) => letter.stage ?? '' },
  { key: 'exception', head: 'Exception', cell: (letter) => <span class="id">{letter.exceptionType ?? ''}</span> },
  { key: 'by', head: 'Moved by', cell: (letter) => (letter.runId ? <JobId of={letter.runId} /> : <Who name={letter.movedBy} />) },
  { key: 'city', head: 'To', cell: (letter) => [letter.orderSnapshot.shippingCity, letter.orderSnapshot.shippingState].filter(Boolean).join(', ') },
];

const usual = ['order', 'status', 'reason', 'customer', 'retries', 'moved'];
const resolutions: [string, string][] = [['', 'Open'], ['manual_retry', 'Retried'], ['cancelled', 'Cancelled'], ['escalated', 'Escalated'], ['any', 'All']];

export function DeadLetters() {
  const filter = asked('filter');
  const resolution = asked('resolution');
  const size = rowsOfPage();
  const list = { filter, resolution };
  const request = listing('/api/dead-letters', list, { pageSize: size, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<DeadLetterRow>>(request, asked('page') ? 0 : 5000);
  const statistics = useApi<DeadLetterStatistics>('/api/statistics/dead-letters', 10000);
  const [selected, select] = useState<Set<string>>(new Set());
  const chosen = chosenColumns([...usual, ...(resolution ? ['resolution'] : [])]);
  const isFault = problem?.errors?.some((error) => error.column !== undefined);
  const said = [...option('--filter', filter), ...option('--resolution', resolution)];

  /** On the server: what matches, not what this page shows. A list of another resolution than the open ones says so in its filter. */
  const whole = [filter && (resolution && resolution !== 'any' ? `(${filter})` : filter), resolution && resolution !== 'any' ? `resolution = ${resolution}` : ''].filter(Boolean).join(' AND ');
  const plan = (operation: string) => go(to(['plans', 'new'], selected.size > 0 ? { operation, ids: JSON.stringify([...selected]) } : { operation, filter: whole, all: whole ? '' : '1' }));
  const narrow = (more: string) => to(['dead-letters'], { ...list, filter: filter ? `(${filter}) AND ${more}` : more });

  return (
    <PageFrame title="Dead letters" request={request} words={['dlq', 'list', ...said]} actions={<Download list={list} />}>
      <FilterBox label="Filter of dead letters" value={filter} grammar={deadLetterGrammar} problem={problem} onApply={(text) => { select(new Set()); change({ filter: text }); if (text === filter) reload(); }} />
      <div class="bar">
        <div class="tabs" role="group" aria-label="Resolution">{resolutions.map(([name, text]) => <button type="button" key={name} aria-pressed={resolution === name} onClick={() => { select(new Set()); change({ resolution: name }); }}>{text}</button>)}</div>
        <span class="grow" />
        <label class="inline">Rows <select value={String(size)} onChange={(e) => change({ size: e.currentTarget.value })}>{[25, 50, 100, 200].map((n) => <option key={n} value={n}>{n}</option>)}</select></label>
        <ColumnPicker columns={columns} chosen={chosen} />
      </div>
      <WithSide
        label="Counts of the queue"
        side={statistics.problem ? <ProblemNote problem={statistics.problem} retry={statistics.reload} /> : statistics.data && (
          <>
            <Panel title="The whole queue" aside={<span class="muted"><When at={statistics.data.asOf} short /></span>}>
              <p class="side-figure">{plural(statistics.data.unresolvedCount, 'open entry', 'open entries')}</p>
              <p class="muted">{statistics.data.oldestUnresolved ? <>the oldest for {since(statistics.data.oldestUnresolved)}</> : 'none waits'} · {number(statistics.data.resolvedCount)} resolved</p>
            </Panel>
            <Panel title="By status"><Counts of={statistics.data.byFailureStatus} href={(name) => narrow(`failureStatus = ${name}`)} /></Panel>
            <Panel title="By type"><Counts of={statistics.data.byErrorType} href={(name) => narrow(`errorType = ${name}`)} /></Panel>
            <Panel title="By age"><ul class="links">{[['older than an hour', 'age > 1h'], ['older than a day', 'age > 1d'], ['older than a week', 'age > 7d']].map(([text, more]) => <li key={more}><a href={narrow(more!)}>{text}</a></li>)}</ul></Panel>
          </>
        )}
      >
        {problem && !isFault ? <ProblemNote problem={problem} retry={reload} /> : isFault ? null : !data ? <Loading what="dead letters" />
          : data.items.length === 0 ? <Empty title={filter ? 'Nothing matches the filter.' : resolution ? 'No such dead letter.' : 'The queue is empty.'}>{filter ? <>Try another one, as <a href={to(['dead-letters'], { filter: deadLetterGrammar.examples[1] })}><code>{deadLetterGrammar.examples[1]}</code></a>; only {resolution ? 'entries of the chosen resolution' : 'open entries'} are looked at.</> : 'An order comes here when its restarts are used up, or when somebody moves it.'}</Empty>
          : (
            <>
              <div class="acts" role="region" aria-label="What to do with them">
                <span>{selected.size > 0 ? `${number(selected.size)} selected` : <>All matching{filter ? '' : ' entries'}</>}</span>
                <Guarded class="is-main" why={whyNot()} onClick={() => plan('retry')}>Plan a retry…</Guarded>
                <Guarded why={whyNot()} onClick={() => plan('resolve')}>Plan a resolve…</Guarded>
                <Guarded why={whyNot()} onClick={() => plan('purge')}>Plan a purge…</Guarded>
                {selected.size > 0 ? <button type="button" class="quiet" onClick={() => select(new Set())}>Select all matching instead</button> : <span class="muted">nothing changes before a plan is applied</span>}
              </div>
              <Table caption={`Dead letters, newest first${filter ? `, by ${filter}` : ''}`} columns={columns.filter((column) => chosen.includes(column.key))} rows={data.items} rowKey={(letter) => letter.orderId} href={(letter) => to(['orders', letter.orderId])} selected={selected} onSelect={select} isBusy={isBusy} />
              <Pager next={data.nextPageToken} shown={data.items.length} what="dead letters" />
            </>
          )}
      </WithSide>
    </PageFrame>
  );
}

/** Sent with the key in a header, which a plain link cannot. */
function Download({ list }: { list: { filter: string; resolution: string } }) {
  const [isBusy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'jsonl') => {
    setBusy(true);
    try {
      const response = await open(listing('/api/exports/dead-letters', { ...list, format }, {}));
      saveFile(await response.blob(), `dead-letters.${format}`);
      announce('The file is saved.');
    } catch (e) {
      announce(`It was not exported: ${String((e as Error).message)}`);
    }
    setBusy(false);
  };
  return <><button type="button" disabled={isBusy} onClick={() => void save('csv')}>CSV</button><button type="button" disabled={isBusy} onClick={() => void save('jsonl')}>JSON lines</button></>;
}

export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
