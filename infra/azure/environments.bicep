@export()
@description('What differs between environments.')
type Environment = {
  @description('flex: Flex Consumption. premium: Elastic Premium, always warm, and deployed by a package in a blob.')
  plan: 'flex' | 'premium'

  @description('Of a Flex Consumption instance.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('The most instances; those of Elastic Premium end at 100.')
  @minValue(1)
  @maxValue(1000)
  maximumInstances: int

  @description('Flex Consumption instances that never sleep, by scale group: http, durable or function:NAME.')
  alwaysReady: { name: string, instanceCount: int }[]

  @description('ZRS survives the loss of a zone.')
  storageSku: 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'

  @description('Storage and vault are reached through a virtual network alone.')
  privateEndpoints: bool

  @description('False: the app is reached through its virtual network alone. Needs privateEndpoints.')
  publicAccess: bool

  @description('Storage, which holds the orders, cannot be deleted before its lock is.')
  dataLock: bool

  @description('How long logs are kept.')
  @minValue(30)
  @maxValue(730)
  logRetentionDays: int

  @description('Gigabytes of logs a day, after which no more are taken in until the next: the bound of a bill. -1: none.')
  logDailyCapGb: int
}

@export()
var environments = {
  dev: {
    plan: 'flex'
    instanceMemoryMB: 2048
    maximumInstances: 40
    alwaysReady: []
    storageSku: 'Standard_LRS'
    privateEndpoints: false
    publicAccess: true
    dataLock: false
    logRetentionDays: 30
    logDailyCapGb: 1
  }
  prod: {
    plan: 'flex'
    instanceMemoryMB: 2048
    maximumInstances: 100
    alwaysReady: [
      { name: 'http', instanceCount: 1 }
      { name: 'durable', instanceCount: 1 }
    ]
    storageSku: 'Standard_ZRS'
    privateEndpoints: true
    publicAccess: true
    dataLock: true
    logRetentionDays: 90
    logDailyCapGb: -1
  }
}
