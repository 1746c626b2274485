using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Durable;

/// <summary>The management API's addresses of an instance, as the worker writes them.</summary>
internal sealed class ManagementLinks
{
    public const string BasePath = "/runtime/webhooks/durabletask";

    // The client's type belongs to the hub, and a test may bring its own: what it cannot carry is kept beside it.
    private static readonly ConditionalWeakTable<DurableTaskClient, ManagementLinks> OfClient = [];

    /// <summary>Where this host listens, for links that are made without a request; null until it does.</summary>
    public Uri? HostAddress { get; set; }

    /// <summary><c>code=...</c>, which opens the management API; null if the client is not of this host.</summary>
    public string? RequiredQuery { get; init; }

    public static void Attach(DurableTaskClient client, ManagementLinks links) => OfClient.AddOrUpdate(client, links);

    public static HttpManagementPayload Payload(DurableTaskClient client, string instanceId, HttpRequestData? request)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        OfClient.TryGetValue(client, out var links);
        var address = request is not null ? ForwardedAddress.Of(request) : links?.HostAddress?.GetLeftPart(UriPartial.Authority);
        var instance = address is not null
            ? $"{address}{BasePath}/instances/{Escape(instanceId)}"
            : throw new InvalidOperationException("Failed to create HTTP management payload as base HTTP URL is missing.");

        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = Url(instance, links),
            SendEventPostUri = Url(instance + "/raiseEvent/{eventName}", links),
            // The doubled braces are the platform's own.
            TerminatePostUri = Url(instance + "/terminate", links, "reason={{text}}"),
            PurgeHistoryDeleteUri = Url(instance, links),
            SuspendPostUri = Url(instance + "/suspend", links, "reason={{text}}"),
            ResumePostUri = Url(instance + "/resume", links, "reason={{text}}"),
        };
    }

    /// <summary>An id as a path segment; what is plain in a segment stays readable.</summary>
    public static string Escape(string instanceId) =>
        Uri.EscapeDataString(instanceId).Replace("%3A", ":", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal);

    private static string Url(string path, ManagementLinks? links, string? query = null)
    {
        var all = string.Join('&', new[] { query, links?.RequiredQuery }.Where(part => !string.IsNullOrEmpty(part)));
        return all.Length == 0 ? path : $"{path}?{all}";
    }
}
