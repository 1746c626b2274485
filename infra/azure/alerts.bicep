metadata description = 'Alert rules. The app keeps its own alerts, by its Alert* settings, and logs; the rules hear its log lines.'

param location string
param tags object
param workspaceId string
param actionGroupId string
param isScheduled bool

// What a line begins with, as the app's Log.cs writes it. Windows are twice the schedule's 15 minutes: what comes with each run stays raised from run to run.
var lines = {
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

// The app tells once when an alert begins and once when it ends: the last of both decides, an Azure alert each.
resource raised 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'reprocessing-raised'
  location: location
  tags: tags
  properties: {
    displayName: 'Reprocessing: raised'
    description: 'An alert of the app is raised; GET /api/alerts has it.'
    severity: 2
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'P1D'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: 'AppTraces | where Message matches regex @"^Alert [a-z_]+ (raised|cleared) " | parse Message with "Alert " Kind " " State " (" AlertId "): " Text | summarize arg_max(TimeGenerated, State) by AlertId | where State == "raised"'
          timeAggregation: 'Count'
          dimensions: [{ name: 'AlertId', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: [actionGroupId] }
  }
}

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
          query: 'AppTraces | where Message matches regex @"^(Run \\S+ (completed: found|failed after) |The tick started no run: paused)"'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
        }
      ]
    }
    actions: { actionGroups: [actionGroupId] }
  }
}
