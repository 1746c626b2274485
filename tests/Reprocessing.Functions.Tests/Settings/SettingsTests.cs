using Microsoft.Extensions.Configuration;
using Reprocessing.Functions.Settings;

namespace Reprocessing.Functions.Tests.Settings;

public sealed class SettingsTests
{
    [Fact]
    public void Without_any_setting_the_documented_defaults_hold()
    {
        var options = Read<ReprocessingOptions>("Reprocessing");

        Assert.Equal("0 */15 * * * *", options.Schedule);
        Assert.True(options.Enabled);
        Assert.Equal((100, 10_000, 5, 5), (options.BatchSize, options.MaxOrders, options.MaxRetries, options.Parallelism));
        Assert.Equal(TimeSpan.FromMinutes(15), options.RunTimeout);
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)), (options.QueryTimeout, options.ProcessTimeout));
        Assert.Equal(
            ["picking_failed", "packing_failed", "shipping_failed", "wave_timeout", "pick_timeout", "not_acknowledged"], options.FailureStatusList);
        Assert.Equal(new AlertThresholds(), Read<AlertThresholds>("Alert"));
    }

    [Fact]
    public void Flat_settings_are_read_into_their_options()
    {
        var options = Read<ReprocessingOptions>(
            "Reprocessing",
            ("ReprocessingBatchSize", "250"),
            ("ReprocessingEnabled", "false"),
            ("ReprocessingRunTimeout", "00:05:00"),
            ("ReprocessingFailureStatuses", " picking_failed , pick_timeout,, "));

        Assert.Equal((250, false, TimeSpan.FromMinutes(5)), (options.BatchSize, options.Enabled, options.RunTimeout));
        Assert.Equal(["picking_failed", "pick_timeout", "not_acknowledged"], options.FailureStatusList);
    }

    [Fact]
    public void All_faults_are_told_at_once_and_each_names_its_setting()
    {
        var thrown = Assert.Throws<OptionsValidationException>(() => Read<ReprocessingOptions>(
            "Reprocessing",
            ("ReprocessingBatchSize", "many"),
            ("ReprocessingMaxRetries", "-1"),
            ("ReprocessingEnabled", "perhaps"),
            ("ReprocessingRunTimeout", "00:00:00"),
            ("ReprocessingParallelism", "1000")));

        Assert.Equal(
            ["ReprocessingBatchSize", "ReprocessingEnabled", "ReprocessingMaxRetries", "ReprocessingParallelism", "ReprocessingRunTimeout"],
            thrown.Failures.Select(failure => failure.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("https://receiver.test/hooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null)]
    [InlineData("http://127.0.0.1:9000/hooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null)]
    [InlineData("http://localhost/hooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null)]
    [InlineData(null, null, "RestartWebhookUrl")]
    [InlineData("http://receiver.test/hooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "RestartWebhookUrl")]
    [InlineData("https://user:word@receiver.test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "RestartWebhookUrl")]
    [InlineData("https://receiver.test/hooks", null, "RestartWebhookSecret")]
    [InlineData("https://receiver.test/hooks", "whsec_c2VjcmV0", "RestartWebhookSecret")]
    public void A_webhook_needs_a_safe_address_and_a_secret_that_no_fault_repeats(string? url, string? secret, string? faulty)
    {
        RestartOptions Read() => SettingsTests.Read<RestartOptions>(
            RestartOptions.Prefix, ("RestartTarget", "webhook"), ("RestartWebhookUrl", url ?? ""), ("RestartWebhookSecret", secret ?? ""));

        if (faulty is null)
        {
            Assert.Equal(RestartTargetKind.Webhook, Read().Target);
            return;
        }

        var fault = Assert.Single(Assert.Throws<OptionsValidationException>(Read).Failures);
        Assert.StartsWith($"{faulty}:", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("word", fault.Replace("password", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_failure_statuses_are_restarted_when_they_are_transient_or_listed()
    {
        var own = ("ReprocessingOwnFailureStatuses", "settings_hold:validation:permanent,settings_strike:network:transient");

        var byDefault = Read<ReprocessingOptions>("Reprocessing", own).FailureStatusList;
        var listed = Read<ReprocessingOptions>("Reprocessing", own, ("ReprocessingFailureStatuses", "settings_hold")).FailureStatusList;

        Assert.Contains("settings_strike", byDefault);
        Assert.DoesNotContain("settings_hold", byDefault);
        Assert.Equal(["settings_hold", "not_acknowledged"], listed);
    }

    [Theory]
    [InlineData("ReprocessingBatchSize", "20000")]
    [InlineData("ReprocessingFailureStatuses", ",")]
    [InlineData("ReprocessingFailureStatuses", "picking_failed,nonsense")]
    [InlineData("ReprocessingOwnFailureStatuses", "customs_hold:nonsense:permanent")]
    public void Settings_that_do_not_fit_together_are_faults(string name, string value) =>
        Assert.Contains(name, Failure<ReprocessingOptions>("Reprocessing", (name, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("RetryStrategy", "sometimes")]
    [InlineData("RetryStrategy", "custom")]
    [InlineData("RetryBaseDelay", "-00:01:00")]
    [InlineData("RetryFactor", "0.5")]
    [InlineData("RetryDelays", "soon")]
    public void A_backoff_that_makes_no_sense_is_a_fault(string name, string value) =>
        Assert.Contains("Retry", Failure<RetryOptions>(RetryOptions.Prefix, (name, value)), StringComparison.Ordinal);

    [Fact]
    public void A_custom_backoff_is_a_list_of_delays()
    {
        var strategy = Read<RetryOptions>(
            RetryOptions.Prefix, ("RetryStrategy", "custom"), ("RetryDelays", "00:00:10, 00:01:00")).ToStrategy();

        Assert.Equal(TimeSpan.FromSeconds(10), strategy.DelayBefore(1, "A"));
        Assert.Equal(TimeSpan.FromMinutes(1), strategy.DelayBefore(2, "A"));
        Assert.Equal(RetryStrategyKind.Custom, strategy.Kind);
    }

    [Fact]
    public void The_default_backoff_is_the_domains() =>
        Assert.Equal(
            RetryStrategy.Default.DelayBefore(3, "A"), Read<RetryOptions>(RetryOptions.Prefix).ToStrategy().DelayBefore(3, "A"));

    [Theory]
    [InlineData("WarehouseBaseUrl", "not an address")]
    [InlineData("WarehouseBaseUrl", "ftp://warehouse")]
    [InlineData("WarehouseBaseUrl", "http://warehouse.test/v1")]
    [InlineData("WarehouseBaseUrl", "https://user:word@warehouse.test/v1")]
    [InlineData("WarehouseSimulatedPickFailureRate", "1.5")]
    [InlineData("WarehouseSimulatedFailures", "a:fly")]
    public void A_warehouse_that_makes_no_sense_is_a_fault(string name, string value) =>
        Assert.Contains(name, Failure<WarehouseOptions>("Warehouse", (name, value)), StringComparison.Ordinal);

    [Fact]
    public void A_restart_point_is_named_as_it_is_published()
    {
        Assert.Equal(
            Reprocessing.Domain.Orders.RestartPoint.Beginning,
            Read<FulfillmentOptions>("Fulfillment", ("FulfillmentRestartFrom", "beginning")).RestartFrom);
        Assert.Contains(
            "FulfillmentRestartFrom",
            Failure<FulfillmentOptions>("Fulfillment", ("FulfillmentRestartFrom", "7")),
            StringComparison.Ordinal);
    }

    private static string Failure<TOptions>(string prefix, params (string Name, string Value)[] settings)
        where TOptions : class, new() =>
        Assert.Throws<OptionsValidationException>(() => Read<TOptions>(prefix, settings)).Message;

    private static TOptions Read<TOptions>(string prefix, params (string Name, string Value)[] settings)
        where TOptions : class, new()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSettings<TOptions>(prefix)
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<TOptions>>().Value;
    }
}
