using Microsoft.Azure.Functions.Worker.Builder;
using ReprocessingFunctions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddReprocessing();
builder.UseReprocessing();
builder.Build().Run();
