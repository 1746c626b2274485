using Azurite.Testing;
using Benchmarks;

var azurite = new AzuriteFixture();
await azurite.InitializeAsync();
var rate = await RawStorage.MeasureAsync(azurite.ConnectionString, 20_000, CancellationToken.None);
Console.WriteLine($"raw storage: {rate:F0} rows/s in transactions of 100");
