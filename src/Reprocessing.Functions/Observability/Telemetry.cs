using System.Data.Common;
using System.Diagnostics;
using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using OpenTelemetry;

namespace Reprocessing.Functions.Observability;

/// <summary>The app's own spans, and where telemetry goes. The host makes those of orchestrations and activities; orchestrator code, which is replayed, makes none.</summary>
internal static class Telemetry
{
    public const string SourceName = "ReprocessingFunctions";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>By the environment variables that OpenTelemetry and Azure Monitor have for it; without them there is nothing to pay for.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        var toCollector = settings["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var toAzure = settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 };
        if ((!toCollector && !toAzure) || string.Equals(settings["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(SourceName, "Microsoft.DurableTask"))
            .WithMetrics(metrics => metrics.AddMeter(ReprocessingMetrics.MeterName))
            // Alert rules and the workbook search whole lines.
            .WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true);
        if (toCollector)
        {
            telemetry.UseOtlpExporter();
        }

        if (toAzure)
        {
            telemetry.UseAzureMonitorExporter(options =>
            {
                options.Credential = CredentialOf(settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]);

                // A line that an alert rule waits for must not go with the trace that was not sampled.
                options.EnableTraceBasedLogsSampler = false;
            });
        }

        return services;
    }

    /// <summary>The platform's form: <c>Authorization=AAD</c>, and a <c>ClientId</c> for a user-assigned identity.</summary>
    internal static TokenCredential? CredentialOf(string? authentication)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = authentication };
        return !parts.TryGetValue("Authorization", out var kind) || kind is not "AAD" ? null
            : new ManagedIdentityCredential(parts.TryGetValue("ClientId", out var id) ? ManagedIdentityId.FromUserAssignedClientId((string)id) : ManagedIdentityId.SystemAssigned);
    }

    public static Activity? StartAttempt(OrderStart start) => !Source.HasListeners() ? null : Source.StartActivity(
        ActivityKind.Internal,
        tags: [new("reprocessing.order.id", start.OrderId), new("reprocessing.workflow.id", start.WorkflowId), new("reprocessing.attempt.number", start.Attempt)],
        links: LinkTo(start.FailedTrace) is { } link ? [link] : null,
        name: start.IsFirst ? "start order" : "restart order");

    public static void RecordItem(string jobId, JobOperation operation, ItemResult item)
    {
        if (!Source.HasListeners() || (operation == JobOperation.Reprocess && item.State == ItemState.Started))
        {
            return;
        }

        using var span = Source.StartActivity(
            ActivityKind.Internal,
            tags: [new("reprocessing.job.id", jobId), new("reprocessing.job.operation", EnumNames.Of(operation)), new("reprocessing.job.item.id", item.Id), new("reprocessing.job.item.state", EnumNames.Of(item.State))],
            startTime: Activity.Current?.StartTimeUtc ?? default,
            name: "job item");
        if (item.State == ItemState.Failed)
        {
            span.Fail(item.Reason ?? "failed");
        }
    }

    public static Activity StartCall(HttpMethod method, Uri address)
    {
        var span = Source.StartActivity(method.Method, ActivityKind.Client) ?? new Activity(method.Method).Start();
        return span.SetTag("http.request.method", method.Method).SetTag("server.address", address.Host).SetTag("server.port", address.Port);
    }

    public static void LinkToFailed(string? failedTrace)
    {
        if (Activity.Current is { } function && LinkTo(failedTrace) is { } link)
        {
            function.AddLink(link);
        }
    }

    public static void Fail(this Activity? span, string errorType) => span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", errorType);

    private static ActivityLink? LinkTo(string? failedTrace) =>
        ActivityContext.TryParse(failedTrace, traceState: null, isRemote: true, out var failed)
            ? new(failed, new() { ["reprocessing.link"] = "failed_attempt" })
            : null;
}
