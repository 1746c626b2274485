import { signal } from '@preact/signals';
import type { Me } from './types';

/** Who calls, as the app sees it; the shell keeps it. */
export const me = signal<Me | undefined>(undefined);

export type Need = 'operator' | 'approver' | 'admin';

/**
 * Why the caller may not do what needs a role; undefined where nothing is known against it. The app decides all the same: this only spares a click.
 * Who calls by key alone has no role and needs none, but for approvals, which need a verified identity.
 */
export function whyNot(need: Need = 'operator'): string | undefined {
  const caller = me.value;
  if (!caller) return undefined;
  if (caller.readOnly) return 'The app is read-only at the moment.';
  if (!caller.verified) return need === 'approver' ? 'An approval needs a sign-in that the platform has verified.' : undefined;
  const { roles } = caller;
  if (roles.includes('admin') || (need !== 'admin' && roles.includes(need))) return undefined;
  const held = roles.filter((role) => role !== 'none').join(', ');
  return `It needs the role ${need}; ${held ? `you are ${held}` : 'you have none'}.`;
}
