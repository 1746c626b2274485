using 'main.bicep'
extends 'main.bicepparam'

import { environments } from 'environments.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param environment = environments.dev
