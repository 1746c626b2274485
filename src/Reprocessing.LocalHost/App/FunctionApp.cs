using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace Reprocessing.LocalHost.App;

/// <summary>A built or published app of the .NET isolated worker: where it is, how its worker starts, and its functions.</summary>
internal sealed partial class FunctionApp
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public required string Folder { get; init; }

    /// <summary>The program that runs the worker: dotnet, or the app itself when it is published self-contained.</summary>
    public required string WorkerExecutable { get; init; }

    public required string WorkerPath { get; init; }
    public required IReadOnlyList<FunctionDefinition> Functions { get; init; }

    /// <summary>Of the Durable extension that the app was built for; null when it has none.</summary>
    public required string? DurableExtensionVersion { get; init; }

    public IEnumerable<FunctionDefinition> Of(TriggerKind kind) => Functions.Where(f => f.Kind == kind);

    /// <summary>Tells whether there is an app at all.</summary>
    /// <exception cref="StartException">There is none.</exception>
    public static void Require(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new StartException($"There is no folder {folder}.");
        }

        if (!File.Exists(Path.Combine(folder, "functions.metadata")))
        {
            throw new StartException($"{folder} has no functions.metadata: name the folder of a built or published app of the .NET isolated worker.");
        }
    }

    /// <param name="folder">A full path.</param>
    /// <param name="setting">The value of a setting, or null.</param>
    /// <exception cref="StartException">The app is broken.</exception>
    public static FunctionApp Open(string folder, Func<string, string?> setting)
    {
        var worker = ReadJson(folder, "worker.config.json") as JsonObject;
        var description = worker?["description"] as JsonObject;
        if (description?["defaultWorkerPath"]?.ToString() is not { Length: > 0 } workerPath)
        {
            throw new StartException("worker.config.json is broken: it has no description.defaultWorkerPath.");
        }

        workerPath = Path.Combine(folder, workerPath);
        if (!File.Exists(workerPath))
        {
            throw new StartException($"worker.config.json names {workerPath}, which does not exist.");
        }

        if (ReadJson(folder, "functions.metadata") is not JsonArray functions)
        {
            throw new StartException("functions.metadata is broken: it is not a list.");
        }

        return new FunctionApp
        {
            Folder = folder,
            WorkerExecutable = (description["defaultExecutablePath"]?.ToString() ?? "dotnet").Replace("{WorkerRoot}", folder + Path.DirectorySeparatorChar, StringComparison.Ordinal),
            WorkerPath = workerPath,
            Functions = ReadFunctions(functions, setting),
            DurableExtensionVersion = ExtensionVersion(folder),
        };
    }

    /// <summary>Reads a JSON file of the app, with comments allowed.</summary>
    /// <exception cref="StartException">It is not there, or is no JSON.</exception>
    public static JsonNode? ReadJson(string folder, string name)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)), null, Lenient);
        }
        catch (FileNotFoundException)
        {
            throw new StartException($"{folder} has no {name}.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{name} is broken: {StartException.Reason(e)}", e);
        }
    }

    private static List<FunctionDefinition> ReadFunctions(JsonArray functions, Func<string, string?> setting)
    {
        string Resolve(string text, string function) => Reference().Replace(text, match => setting(match.Groups[1].Value)
            ?? throw new StartException($"Function {function} refers to {match.Value}, and there is no setting {match.Groups[1].Value}."));

        // A function that is switched off may ask for what this host does not have.
        bool IsOn(JsonNode? function) => setting($"AzureWebJobs.{(function as JsonObject)?["name"]}.Disabled")?.ToUpperInvariant() is not ("TRUE" or "1");

        var read = functions.Where(IsOn).Select(f => FunctionDefinition.Read(f, Resolve)).ToList();
        if (read.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new StartException($"functions.metadata is broken: it has two functions {twice.Key}.");
        }

        return read;
    }

    private static string? ExtensionVersion(string folder)
    {
        var path = Path.Combine(folder, ".azurefunctions", "Microsoft.Azure.WebJobs.Extensions.DurableTask.dll");
        return File.Exists(path) ? DurableExtension.Version(FileVersionInfo.GetVersionInfo(path)) : null;
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Reference();
}

/// <summary>The Durable extension that this host runs.</summary>
internal static class DurableExtension
{
    public static string HostVersion { get; } = Version(FileVersionInfo.GetVersionInfo(typeof(OrchestrationTriggerAttribute).Assembly.Location)) ?? "unknown";

    /// <summary>Without the commit that the package's build appends.</summary>
    public static string? Version(FileVersionInfo file) => file.ProductVersion?.Split('+')[0];
}
