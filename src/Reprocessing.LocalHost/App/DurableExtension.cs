using System.Diagnostics;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace Reprocessing.LocalHost.App;

/// <summary>The Durable extension that this host runs.</summary>
internal static class DurableExtension
{
    public static string HostVersion { get; } = Version(FileVersionInfo.GetVersionInfo(typeof(OrchestrationTriggerAttribute).Assembly.Location)) ?? "unknown";

    /// <summary>Without the commit that the package's build appends.</summary>
    public static string? Version(FileVersionInfo file) => file.ProductVersion?.Split('+')[0];
}
