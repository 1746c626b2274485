using 'main.bicep'

import { environments } from 'environments.bicep'

// What azd deploys: its environment's values are read as environment variables (azd env set NAME VALUE).
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param environment = environments[readEnvironmentVariable('REPROCESSING_ENVIRONMENT', 'dev')]
param signInClientId = readEnvironmentVariable('REPROCESSING_SIGN_IN_CLIENT_ID', '')
param settings = json(readEnvironmentVariable('REPROCESSING_SETTINGS', '{}'))
param vaultSettings = json(readEnvironmentVariable('REPROCESSING_VAULT_SETTINGS', '[]'))
param alertEmails = json(readEnvironmentVariable('REPROCESSING_ALERT_EMAILS', '[]'))
