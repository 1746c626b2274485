using 'main.bicep'
extends 'main.bicepparam'

import { environments } from 'environments.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')
param environment = environments.prod
