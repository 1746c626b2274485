using Microsoft.Azure.Functions.Worker.Builder;
using Reprocessing.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddReprocessing();
builder.UseReprocessing();
builder.Build().Run();
