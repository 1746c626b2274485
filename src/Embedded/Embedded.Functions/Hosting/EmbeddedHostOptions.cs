using System.Reflection;
using Azure.Data.Tables;

namespace Embedded.Functions.Hosting;

/// <summary>What <c>FunctionsApplication.CreateBuilder</c> finds out by itself and a test may want to say.</summary>
internal sealed record EmbeddedHostOptions
{
    public string[] Args { get; init; } = [];

    /// <summary>Where functions are looked for.</summary>
    public required Assembly FunctionsAssembly { get; init; }

    /// <summary>Only these classes have functions; null means every class of the assembly.</summary>
    public IReadOnlyCollection<Type>? FunctionTypes { get; init; }

    /// <summary>The folder of host.json and local.settings.json; found if null.</summary>
    public string? ContentRoot { get; init; }

    /// <summary>Settings that win over files, environment and command line. Port 0 lets the system choose.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>For the host's own storage client: a test may put a policy into its pipeline.</summary>
    public TableClientOptions StorageOptions { get; init; } = new();
}
