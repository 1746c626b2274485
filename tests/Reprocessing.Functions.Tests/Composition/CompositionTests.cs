using Azure.Core.Serialization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Reprocessing.Functions.Tests.Composition;

public sealed class CompositionTests
{
    [Fact]
    public void The_app_is_whole_and_every_function_can_be_made()
    {
        using var provider = Compose();

        foreach (var type in AppFunctions.All.Select(function => function.DeclaringType!).Where(type => !type.IsAbstract).Distinct())
        {
            Assert.NotNull(ActivatorUtilities.CreateInstance(provider, type));
        }
    }

    [Fact]
    public void The_workers_serializer_reads_what_the_host_writes_and_writes_the_documented_names()
    {
        var services = Builder().Services;
        services.AddFunctionsWorkerDefaults();
        using var provider = services.BuildServiceProvider();
        var serializer = Assert.IsType<JsonObjectSerializer>(provider.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer);

        var timer = (TimerInfo?)serializer.Deserialize(
            BinaryData.FromString("""{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":true}""").ToStream(),
            typeof(TimerInfo),
            default);
        var payload = serializer.Serialize(new HttpManagementPayload()).ToString();

        // What an orchestrator's GetInput reads with.
        var input = JsonSerializer.Deserialize<ReprocessingBatchInput>(
            """{"trigger":"timer"}""", provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value);

        Assert.Equal(RunTrigger.Timer, input?.Trigger);
        Assert.True(timer?.IsPastDue);
        Assert.Contains("\"statusQueryGetUri\"", payload, StringComparison.Ordinal);
    }

    /// <summary>The platform's own longest pause is half a minute, in which nobody would see a pause or a cancel; a short one is paid for by the request.</summary>
    [Fact]
    public void The_host_looks_at_an_idle_queue_of_the_hub_every_ten_seconds()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

        var provider = file.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("storageProvider");
        Assert.Equal("00:00:10", provider.GetProperty("maxQueuePollingInterval").GetString());
    }

    [Fact]
    public void The_warehouse_is_simulated_unless_an_address_is_set()
    {
        using var local = Compose();
        using var real = Compose(("WarehouseBaseUrl", "https://warehouse.test"));

        Assert.IsType<SimulatedWarehouse>(local.GetRequiredService<IWarehouse>());
        Assert.IsType<HttpWarehouse>(real.GetRequiredService<IWarehouse>());
    }

    [Fact]
    public void Orders_are_worked_on_by_this_apps_workflow_unless_the_settings_name_another_service()
    {
        using var local = Compose();
        using var outside = Compose(
            ("RestartTarget", "webhook"),
            ("RestartWebhookUrl", "https://orders.test/hooks"),
            ("RestartWebhookSecret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

        Assert.IsType<OrderWorkflowTarget>(local.GetRequiredService<IRestartTarget>());
        Assert.IsType<WebhookRestartTarget>(outside.GetRequiredService<IRestartTarget>());
        Assert.Empty(local.GetRequiredService<WebhookTargets>().All);
        Assert.Equal("restarts", Assert.Single(outside.GetRequiredService<WebhookTargets>().All).Name);
    }

    [Fact]
    public void Storage_is_reached_by_an_identity_when_a_service_address_is_set()
    {
        using var provider = Compose(
            ("AzureWebJobsStorage", ""),
            ("AzureWebJobsStorage:tableServiceUri", "https://orders.table.core.windows.net"));

        Assert.Equal("orders", provider.GetRequiredService<TableServiceClient>().AccountName);
    }

    /// <summary>The host's own three settings for a user-assigned identity, as the deployment sets them.</summary>
    [Fact]
    public void Storage_is_reached_by_the_identity_that_the_deployment_names()
    {
        using var provider = Compose(
            ("AzureWebJobsStorage", ""),
            ("AzureWebJobsStorage:accountName", "orders"),
            ("AzureWebJobsStorage:credential", "managedidentity"),
            ("AzureWebJobsStorage:clientId", "11111111-1111-1111-1111-111111111111"));

        Assert.Equal("https://orders.table.core.windows.net/", provider.GetRequiredService<TableServiceClient>().Uri.AbsoluteUri);
        Assert.Equal("https://orders.blob.core.windows.net/", provider.GetRequiredService<BlobServiceClient>().Uri.AbsoluteUri);
    }

    [Fact]
    public void An_account_of_their_own_holds_the_orders_when_one_is_set()
    {
        using var provider = Compose(("OrdersStorage:accountName", "other"));

        Assert.Equal("other", provider.GetRequiredService<TableServiceClient>().AccountName);
    }

    [Fact]
    public void Without_any_storage_the_app_says_which_setting_is_missing()
    {
        using var provider = Compose(("AzureWebJobsStorage", ""));

        var thrown = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<TableServiceClient>);
        Assert.Contains("AzureWebJobsStorage", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faulty_settings_of_every_room_stop_the_start_together()
    {
        var builder = Builder(
            ("ReprocessingBatchSize", "x"), ("AlertBacklog", "y"), ("RetryStrategy", "z"), ("WarehouseTimeout", "w"),
            ("FulfillmentStageTimeout", "v"), ("OrdersShards", "u"));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync());

        var all = string.Join('\n', thrown.InnerExceptions.Select(inner => inner.Message));
        foreach (var name in new[] { "ReprocessingBatchSize", "AlertBacklog", "RetryStrategy", "WarehouseTimeout", "FulfillmentStageTimeout", "OrdersShards" })
        {
            Assert.Contains(name, all, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_sample_settings_are_known_ones_with_their_defaults()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(SamplePath()));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString(), StringComparer.Ordinal);

        Assert.Equal("UseDevelopmentStorage=true", values["AzureWebJobsStorage"]);
        Assert.Equal("dotnet-isolated", values["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal(
            AppSettings.Defaults().Order(StringComparer.Ordinal),
            values.Where(value => value.Key is not ("AzureWebJobsStorage" or "FUNCTIONS_WORKER_RUNTIME") && value.Value is not "")
                .Select(value => $"{value.Key}={value.Value}")
                .Order(StringComparer.Ordinal));
    }

    private static string SamplePath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "local.settings.sample.json");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("local.settings.sample.json");
    }

    private static ServiceProvider Compose(params (string Name, string Value)[] settings) =>
        Builder(settings).Services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

    private static HostApplicationBuilder Builder(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.AddReprocessing();
        return builder;
    }
}
