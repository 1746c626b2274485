using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ReprocessingFunctions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddReprocessing();
builder.Build().Run();
