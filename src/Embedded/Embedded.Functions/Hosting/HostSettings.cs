using Embedded.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Hosting;

/// <summary>
/// The app's settings, the later the stronger: appsettings.json, local.settings.json, environment, command line, the options of a
/// test.
/// </summary>
internal static class HostSettings
{
    public const string Storage = "AzureWebJobsStorage";
    public const string DevelopmentStorage = "UseDevelopmentStorage=true";

    public static void AddTo(IConfigurationBuilder configuration, EmbeddedHostOptions options, string contentRoot) => configuration
        .AddJsonFile(Path.Combine(contentRoot, "appsettings.json"), optional: true, reloadOnChange: false)
        .AddInMemoryCollection(LocalSettings.Read(contentRoot))
        .AddEnvironmentVariables()
        .AddCommandLine(options.Args)
        .AddInMemoryCollection(options.Settings.Select(setting => KeyValuePair.Create(SettingName.ToPath(setting.Key), setting.Value)));

    /// <summary>The storage connection; what is wrong with it is added to the problems.</summary>
    public static string StorageConnection(IConfiguration settings, ICollection<string> problems)
    {
        if (settings[Storage] is { Length: > 0 } connection)
        {
            return connection;
        }

        problems.Add(NamesStorage(settings)
            ? $"{Storage} is given as an identity-based connection: the embedded runtime needs a connection string."
            : $"{Storage} is not set: it is the connection string of the storage account.");
        return DevelopmentStorage;
    }

    public static bool NamesStorage(IConfiguration settings) =>
        !string.IsNullOrEmpty(settings[Storage]) || settings.GetSection(Storage).GetChildren().Any();

    public static bool IsDevelopmentStorage(string connection) =>
        connection.Split(';', StringSplitOptions.TrimEntries).Contains(DevelopmentStorage, StringComparer.OrdinalIgnoreCase);
}
