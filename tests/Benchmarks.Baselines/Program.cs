using Azure.Data.Tables;
using Benchmarks.Baselines;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton(services =>
{
    var settings = services.GetRequiredService<IConfiguration>();
    return new OrderTable(new TableClient(settings["AzureWebJobsStorage"], settings["OrdersTablePrefix"] + "Orders"));
});
builder.Build().Run();
