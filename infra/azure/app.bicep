import { Environment } from 'environments.bicep'

metadata description = 'The function app, its settings and its sign-in.'

param location string
param tags object
param token string
param environment Environment

@description('Empty: no virtual network.')
param subnetId string
param storageName string

@description('The container of the app\'s packages.')
param packages string
param vaultName string
param identityId string
param identityClientId string
param identityPrincipalId string
param insightsName string
param workspaceId string
param signInClientId string
param settings { *: string }
param vaultSettings string[]

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
var isFlex = environment.plan == 'flex'

// Flex Consumption has its runtime below functionAppConfig and refuses these. Elastic Premium runs from the package in the blob: it would keep
// its files in a share, which opens by the account's key alone.
var premiumSettings = isFlex
  ? {}
  : {
      FUNCTIONS_EXTENSION_VERSION: '~4'
      FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
      WEBSITE_RUN_FROM_PACKAGE: '${packages}/app.zip'
      WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
    }

// The host reads schedules from the app settings alone, so each must be among them; thresholds of alerts are there to be seen.
var defaults = toObject(
  filter(
    items(loadJsonContent('../../local.settings.sample.json', 'Values')),
    setting => endsWith(setting.key, 'Schedule') || startsWith(setting.key, 'Alert')
  ),
  setting => setting.key,
  setting => setting.value
)
var secrets = toObject(
  vaultSettings,
  name => name,
  name => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${name})'
)
// Links in answers are addresses below it; where callers come through a gateway, 'settings' says the gateway's.
var address = 'https://${app.properties.defaultHostName}'
var appSettings = union(defaults, { ApiPublicUrl: address }, settings, secrets, premiumSettings, {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
})

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource sendTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identityId, metricsPublisher)
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-reprocessing-${token}'
  location: location
  tags: tags
  kind: isFlex ? 'functionapp' : 'elastic'
  sku: isFlex ? { tier: 'FlexConsumption', name: 'FC1' } : { tier: 'ElasticPremium', name: 'EP1' }
  properties: {
    reserved: true
    maximumElasticWorkerCount: isFlex ? null : min(environment.maximumInstances, 100)
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-reprocessing-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    reserved: true
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: environment.publicAccess ? 'Enabled' : 'Disabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: isFlex
      ? {
          deployment: {
            storage: {
              type: 'blobContainer'
              value: packages
              authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
            }
          }
          runtime: { name: 'dotnet-isolated', version: '10.0' }
          scaleAndConcurrency: {
            instanceMemoryMB: environment.instanceMemoryMB
            maximumInstanceCount: environment.maximumInstances
            alwaysReady: environment.alwaysReady
          }
        }
      : null
    siteConfig: union(
      {
        minTlsVersion: '1.2'
        scmMinTlsVersion: '1.2'
        ftpsState: 'Disabled'
        http20Enabled: true
      },
      isFlex
        ? {}
        : {
            linuxFxVersion: 'DOTNET-ISOLATED|10.0'
            healthCheckPath: '/api/health'
            vnetRouteAllEnabled: !empty(subnetId)
            functionsRuntimeScaleMonitoringEnabled: true
          }
    )
  }

  resource configuration 'config' = {
    name: 'appsettings'
    properties: appSettings
  }

  resource ftpByPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource deploymentByPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource signIn 'config' = {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        // Who calls the API brings a token, so that its registration needs no secret. The dashboard's files hold no data and need none.
        unauthenticatedClientAction: 'Return401'
        // Probes sign in to nothing. The engine's own addresses ask for its system key, and the app itself reads histories there.
        excludedPaths: ['/api/health', '/dashboard', '/dashboard/*', '/runtime/webhooks/durabletask/*']
      }
      httpSettings: { requireHttps: true }
      login: { tokenStore: { enabled: false } }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            openIdIssuer: '${az.environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
            clientId: signInClientId
          }
          validation: {
            allowedAudiences: [signInClientId, 'api://${signInClientId}']
          }
        }
      }
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    // Its logs are in Application Insights: a second copy would be paid a second time.
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = app.id
output name string = app.name
output uri string = address
