metadata description = 'Logs and metrics, who is told of alerts, and the workbook.'

param location string
param tags object
param token string
param retentionDays int
param dailyCapGb int
param alertEmails string[]

@description('False: no run is missed, as the schedule is off.')
param isScheduled bool

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-reprocessing-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-reprocessing-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-reprocessing-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'reprocessing'
    emailReceivers: [for email in alertEmails: { name: email, emailAddress: email, useCommonAlertSchema: true }]
  }
}

module alerts 'alerts.bicep' = {
  params: {
    location: location
    tags: tags
    workspaceId: workspace.id
    actionGroupId: operators.id
    isScheduled: isScheduled
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'reprocessing')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Reprocessing'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('workbook.json')
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
