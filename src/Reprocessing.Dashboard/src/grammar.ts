import type { Grammar } from './ui/filter';

const errorTypes = ['timeout', 'validation', 'command_failure', 'network', 'rate_limit', 'resource_exhausted', 'conflict', 'unknown'] as const;
const failureStatuses = ['picking_failed', 'packing_failed', 'shipping_failed', 'wave_timeout', 'pick_timeout', 'validation_failed', 'address_invalid', 'item_discontinued', 'not_acknowledged'] as const;

/** Only for completion: what a filter may say is the app's to judge. */
export const deadLetterGrammar: Grammar = {
  fields: {
    errorType: errorTypes, failureStatus: failureStatuses, reason: [], failedAt: ['now-1h', 'now-1d'], movedAt: ['now-1h', 'now-1d'], age: ['1h', '1d', '7d'],
    failureCount: [], retryCount: [], reopenCount: [], customerId: [], priority: ['same_day', 'next_day', 'standard'], fingerprint: [], orderId: [],
    resolution: ['unresolved', 'manual_retry', 'cancelled', 'escalated'], text: [], '$.': [],
  },
  examples: ['errorType = timeout AND failureCount >= 3', 'age > 1d AND priority = same_day', "$.customer.tier = 'gold'", "reason CONTAINS 'shelf'"],
};

export const orderGrammar: Grammar = {
  fields: {
    errorType: errorTypes, failureStatus: failureStatuses, reason: [], failedAt: ['now-1h', 'now-1d'], age: ['10m', '1h', '1d'], nextRetryAt: ['now', 'now-1h'], retryCount: [], customerId: [],
    priority: ['same_day', 'next_day', 'standard'], fingerprint: [], orderId: [], workflowId: [], status: [...failureStatuses, 'pending', 'in_progress', 'pending_retry', 'completed', 'dead_letter', 'cancelled'],
    createdAt: ['now-1h', 'now-1d'], updatedAt: ['now-1h', 'now-1d'], text: [], '$.': [],
  },
  examples: ['errorType = timeout AND retryCount >= 3', 'nextRetryAt <= now', "$.customer.tier = 'gold'", "reason CONTAINS 'shelf'"],
};

export const workflowGrammar: Grammar = {
  fields: {
    WorkflowType: ['OrderFulfillment'], ExecutionStatus: ['Pending', 'Running', 'Completed', 'Failed', 'Terminated', 'Suspended'], StartTime: ['now-1h', 'now-1d'], CloseTime: ['now-1h', 'now-1d'],
    OrderStatus: failureStatuses, CustomerId: [], RetryCount: [], InstanceId: [],
  },
  examples: ["WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed", 'RetryCount >= 3', "InstanceId STARTS_WITH 'order-fulfillment-EU-'"],
};
