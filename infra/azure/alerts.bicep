metadata description = 'Alert rules. The app measures, by its Alert* settings, and logs; the rules hear its log lines.'

param location string
param tags object
param workspaceId string
param actionGroupId string
param isScheduled bool

// What a line begins with, as the app's Log.cs writes it. Windows are twice the schedule's 15 minutes: what lasts stays raised from run to run.
var lines = {
  'dead-letters': {
    severity: 2
    line: '^Run \\S+ raised the alert dead_letters:'
    description: 'A run dead-lettered more orders than AlertDeadLettersPerRun.'
  }
  'error-rate': {
    severity: 2
    line: '^Run \\S+ raised the alert errors:'
    description: 'A larger share of a run\'s orders than AlertErrorPercent ended in an error.'
  }
  'full-runs': {
    severity: 2
    line: '^Run \\S+ raised the alert full_runs:'
    description: 'AlertFullRunsInARow runs in a row found all they may: the backlog grows.'
  }
  backlog: {
    severity: 2
    line: '^Run \\S+ raised the alert backlog:'
    description: 'More orders than AlertBacklog were still due after a run.'
  }
  'run-failed': {
    severity: 1
    line: '^Run \\S+ failed after '
    description: 'A run failed; the next tick tries again.'
  }
  'run-unbalanced': {
    severity: 1
    line: '^Run \\S+ has lost or doubled an order'
    description: 'The counts of a run do not add up.'
  }
  'job-paused': {
    severity: 2
    line: '^Job \\S+ paused itself: '
    description: 'A job paused itself, or its circuit opened.'
  }
  'job-orphaned': {
    severity: 2
    line: '^Job \\S+ is ended in place of its orchestration'
    description: 'The orchestration of a job is gone.'
  }
  'notification-lost': {
    severity: 2
    line: '^Notification \\S+ was given up after '
    description: 'A notification reached nobody.'
  }
  'webhook-closed': {
    severity: 2
    line: '^The receiver of \\S+ answered 410 '
    description: 'A receiver wants nothing more.'
  }
  unhealthy: {
    severity: 1
    line: '^The (app is unhealthy|storage did not answer)'
    description: 'The app could not reach its storage.'
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in items(lines): {
    name: 'reprocessing-${rule.key}'
    location: location
    tags: tags
    properties: {
      displayName: 'Reprocessing: ${rule.key}'
      description: rule.value.description
      severity: rule.value.severity
      scopes: [workspaceId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT30M'
      autoMitigate: true
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: 'AppTraces | where Message matches regex @"${rule.value.line}"'
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

resource noRun 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'reprocessing-no-run'
  location: location
  tags: tags
  properties: {
    displayName: 'Reprocessing: no-run'
    description: 'No run ended for more than two intervals of the schedule: the app is down or stuck.'
    enabled: isScheduled
    severity: 1
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT45M'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: 'AppTraces | where Message matches regex @"^Run \\S+ (completed: found|failed after) "'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
        }
      ]
    }
    actions: { actionGroups: [actionGroupId] }
  }
}
