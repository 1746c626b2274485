using Embedded.Functions.Discovery;
using Embedded.Functions.Management;
using Embedded.Functions.Scheduling;
using Embedded.Functions.Settings;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>Puts the host together: before the app has its say, and after.</summary>
internal static class HostComposition
{
    /// <summary>The platform's own limit; what an app takes is the app's decision.</summary>
    private const long LargestRequest = 100 * 1024 * 1024;

    public static WebApplicationBuilder CreateBuilder(EmbeddedHostOptions options)
    {
        var root = HostPlace.ContentRoot(options.ContentRoot);
        var settings = new ConfigurationManager();
        HostSettings.AddTo(settings, options, root);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = options.Args,
            ApplicationName = options.FunctionsAssembly.GetName().Name,
            ContentRootPath = root,
            EnvironmentName = HostPlace.EnvironmentName(settings),
        });
        HostSettings.AddTo(builder.Configuration, options, root);
        if (!HostSettings.NamesStorage(settings) && builder.Environment.IsDevelopment())
        {
            // In the configuration, so that the app's own clients find it too.
            builder.Configuration[HostSettings.Storage] = HostSettings.DevelopmentStorage;
        }

        AddLogging(builder, root);
        builder.Services.AddWorker();
        builder.Host.UseDefaultServiceProvider((context, provider) =>
            provider.ValidateScopes = provider.ValidateOnBuild = context.HostingEnvironment.IsDevelopment());
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Listen(HostPlace.Address(builder.Configuration), HostPlace.Port(builder.Configuration));
        });
        return builder;
    }

    public static WebApplication Build(
        WebApplicationBuilder builder,
        EmbeddedHostOptions options,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        var problems = new List<string>();
        var facts = Facts(builder, problems) with { StorageOptions = options.StorageOptions };
        var catalog = FunctionDiscovery.Discover(options, problems);
        var timers = PlannedTimer.Plan(catalog, builder.Configuration, problems);
        builder.Services.AddRuntime(facts, catalog, timers, middleware);

        var app = builder.Build();
        app.UseRouting();
        HostRoute.UseNotFoundForOtherMethods(app);
        HttpRoutes.Map(app, catalog, facts.Host, problems);
        HostStartException.ThrowIfAny(problems);
        app.Services.GetRequiredService<ManagementApi>().Map(app);
        app.Services.GetRequiredService<AdminApi>().Map(app);
        return app;
    }

    private static HostFacts Facts(WebApplicationBuilder builder, List<string> problems)
    {
        var settings = builder.Configuration;
        var root = builder.Environment.ContentRootPath;
        var host = HostJsonReader.Read(HostJsonReader.Load(root, settings), settings, problems);
        return new HostFacts(
            host, HostSettings.StorageConnection(settings, problems), builder.Environment.IsDevelopment(), builder.Environment.EnvironmentName, root)
        {
            AzuriteLocation = Path.GetFullPath(settings["AZURITE_LOCATION"] is { Length: > 0 } folder ? folder : ".azurite", root),
            ShowKeys = bool.TryParse(settings["show-keys"] ?? settings["FUNCTIONS_SHOW_KEYS"], out var show) && show,
        };
    }

    private static void AddLogging(WebApplicationBuilder builder, string root)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });

        // The host speaks for itself; what the web server says of each request would drown it.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddConfiguration(HostJsonReader.Load(root, builder.Configuration).GetSection("logging"));
    }
}
