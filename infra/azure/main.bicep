targetScope = 'subscription'

import { Environment } from 'environments.bicep'

@description('Names the resource group and, with the subscription, all resources: dev, prod, ...')
@minLength(2)
@maxLength(16)
param environmentName string

@description('Region of all resources.')
param location string

@description('What differs between environments.')
param environment Environment

@description('Client id of the app registration that people and tools sign in to: sign-in.sh makes it.')
param signInClientId string

@description('App settings other than the defaults, by name. Not for secrets.')
param settings { *: string } = {}

@description('Names of app settings that are secrets: each is read from the Key Vault secret of the same name.')
param vaultSettings string[] = []

@description('Who gets a mail of each alert.')
param alertEmails string[] = []

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-reprocessing-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    retentionDays: environment.logRetentionDays
    dailyCapGb: environment.logDailyCapGb
    alertEmails: alertEmails
    isScheduled: (settings.?ReprocessingEnabled ?? 'true') == 'true'
  }
}

module vault 'vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    isPublic: !environment.privateEndpoints
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    sku: environment.storageSku
    isPublic: !environment.privateEndpoints
    isLocked: environment.dataLock
    identityPrincipalId: vault.outputs.identityPrincipalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'network.bicep' = if (environment.privateEndpoints) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    plan: environment.plan
  }
}

module storageEndpoints 'private-endpoint.bicep' = [
  for service in ['blob', 'queue', 'table']: if (environment.privateEndpoints) {
    scope: group
    params: {
      location: location
      tags: tags
      service: service
      targetId: storage.outputs.id
      zone: 'privatelink.${service}.${az.environment().suffixes.storage}'
      networkId: network!.outputs.id
      subnetId: network!.outputs.endpointSubnetId
    }
  }
]

module vaultEndpoint 'private-endpoint.bicep' = if (environment.privateEndpoints) {
  scope: group
  params: {
    location: location
    tags: tags
    service: 'vault'
    targetId: vault.outputs.id
    zone: 'privatelink.vaultcore.azure.net'
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
  }
}

module app 'app.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    environment: environment
    subnetId: environment.privateEndpoints ? network!.outputs.appSubnetId : ''
    storageName: storage.outputs.name
    packages: storage.outputs.packages
    vaultName: vault.outputs.name
    identityId: vault.outputs.identityId
    identityClientId: vault.outputs.identityClientId
    identityPrincipalId: vault.outputs.identityPrincipalId
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    signInClientId: empty(signInClientId)
      ? fail('REPROCESSING_SIGN_IN_CLIENT_ID is not set: run infra/azure/sign-in.sh register')
      : signInClientId
    settings: settings
    vaultSettings: vaultSettings
  }
  // The app reads its storage and its secrets when it starts.
  dependsOn: [storageEndpoints, vaultEndpoint]
}

module appEndpoint 'private-endpoint.bicep' = if (environment.privateEndpoints && !environment.publicAccess) {
  scope: group
  params: {
    location: location
    tags: tags
    service: 'sites'
    targetId: app.outputs.id
    zone: 'privatelink.azurewebsites.net'
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
  }
}

// azd keeps these in its environment; the commands of docs/deployment.md read them there.
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_APP_NAME string = app.outputs.name
output SERVICE_APP_URI string = app.outputs.uri
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_KEY_VAULT string = vault.outputs.name
