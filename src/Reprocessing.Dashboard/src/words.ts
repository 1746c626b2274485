import type { JobWait, OutcomeCounts } from './api/types';
import { plural, time, words } from './format';

/** Why an item was left alone, failed, or a job is in its state. A reason that is not here is shown as it is. */
const reasons: Record<string, string> = {
  changed_since_plan: 'changed after the plan was made',
  leased: 'another job has it',
  already_resolved: 'already resolved',
  not_dead_letter: 'not in the dead-letter queue',
  not_resolved: 'nobody has resolved it',
  not_found: 'gone',
  permanent_failure: 'the same input would fail again (needs force)',
  reopened_too_often: 'came back three times (needs force)',
  active_workflow: 'a workflow is working on it',
  retries_exhausted: 'failed at every attempt',
  timed_out: 'no outcome in time; its workflow goes on',
  superseded: 'somebody else dealt with it meanwhile',
  not_started: 'the start was not accepted; it will be tried again',
  storage_refused: 'storage refused the change',
  processing_failed: 'could not be processed',
  ramp_threshold: 'too many of a ramp step failed: it paused by itself',
  circuit_open: 'its circuit opened for the third time',
  outcomes_not_awaited: 'items were only started, as was asked',
  canceled: 'canceled',
  drained: 'nothing was left',
  cap_reached: 'reached its cap',
  deadline: 'ran out of time',
  query_failed: 'storage could not be read',
  no_longer_matches: 'no longer what the query asks for',
  no_checkpoint: 'has no checkpoint to go back to',
  never_continued: 'never continued as new',
  cancelled: 'the order is cancelled',
};

export const reason = (code: string | undefined) => (code === undefined ? '' : reasons[code] ?? words(code).toLowerCase());

export const operations: Record<string, { name: string; does: string }> = {
  retry: { name: 'Retry', does: 'takes dead letters up anew and starts their workflows' },
  resolve: { name: 'Resolve', does: 'closes dead letters without a restart' },
  purge: { name: 'Purge', does: 'deletes resolved dead letters; nothing takes this back' },
  restart: { name: 'Restart', does: 'restarts failing orders now, without waiting for their time' },
  dead_letter: { name: 'Dead-letter', does: 'moves failing orders to the dead-letter queue, where no run restarts them' },
  cancel: { name: 'Cancel', does: 'cancels failing orders; nothing takes this back' },
  reset: { name: 'Reset', does: 'runs workflows again from an earlier point' },
  reprocess: { name: 'Run', does: 'restarts due orders and dead-letters those whose restarts are used up' },
};

export const operation = (name: string) => operations[name]?.name ?? words(name);

export function waiting(wait: JobWait): string {
  const until = `until ${time(wait.until, false)} at the latest`;
  const others = wait.others > 0 ? `, and for ${plural(wait.others, 'other')}` : '';
  const attempt = wait.attempt ? `, attempt ${wait.attempt}${wait.maxAttempts ? ` of ${wait.maxAttempts}` : ''}` : '';
  switch (wait.for) {
    case 'outcome': return `Waits for the outcome of ${wait.item ?? 'an order'}${attempt}${others}, ${until}.`;
    case 'next_attempt': return `Waits for the next attempt of ${wait.item ?? 'an order'}${attempt}${others}, at ${time(wait.until, false)}.`;
    case 'circuit': return `The circuit is open; the next trial is at ${time(wait.until, false)}.`;
  }
}

export const outcomes: [keyof OutcomeCounts, string, string][] = [
  ['succeeded', 'Succeeded', 'the order is completed'],
  ['failedSame', 'Failed the same way', 'same fingerprint as before'],
  ['failedNew', 'Failed another way', 'a new fingerprint'],
  ['deadLetteredAgain', 'Dead-lettered again', 'back in the queue'],
  ['cancelled', 'Cancelled', 'cancelled meanwhile'],
  ['running', 'Still running', 'no outcome yet'],
];

/** What a group's last retry says of the cure; only where something of it has ended. */
export function verdict(counts: OutcomeCounts): { text: string; tone: 'good' | 'bad' | 'wait' } {
  const ended = counts.succeeded + counts.failedSame + counts.failedNew + counts.deadLetteredAgain;
  if (ended === 0) return { text: 'no outcome yet', tone: 'wait' };
  if (counts.failedSame + counts.deadLetteredAgain + counts.failedNew === 0) return { text: `${counts.running > 0 ? 'So far it helps' : 'Fix confirmed'}: ${plural(counts.succeeded, 'order')} completed, none failed`, tone: 'good' };
  const parts = [
    counts.succeeded ? `${counts.succeeded} completed` : '',
    counts.failedSame ? `${counts.failedSame} failed the same way` : '',
    counts.failedNew ? `${counts.failedNew} failed another way` : '',
    counts.deadLetteredAgain ? `${counts.deadLetteredAgain} dead-lettered again` : '',
  ];
  const head = counts.failedSame + counts.deadLetteredAgain > 0 ? 'Still failing' : 'New error';
  return { text: `${head}: ${parts.filter(Boolean).join(', ')}`, tone: 'bad' };
}
