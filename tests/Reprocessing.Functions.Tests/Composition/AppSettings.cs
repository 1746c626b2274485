using System.ComponentModel;
using Reprocessing.Domain.Names;
using Reprocessing.Functions.Imports;
using Reprocessing.Functions.Maintenance;
using Reprocessing.Functions.Plans;

namespace Reprocessing.Functions.Tests.Composition;

/// <summary>Every setting of the app that has a default, as name=value, in the spelling that settings are written in.</summary>
internal static class AppSettings
{
    private static readonly (string Prefix, object Options)[] Sections =
    [
        ("Reprocessing", new ReprocessingOptions()),
        ("Maintenance", new MaintenanceOptions()),
        ("Retention", new RetentionOptions()),
        ("Alert", new AlertThresholds()),
        (RetryOptions.Prefix, new RetryOptions()),
        (RestartOptions.Prefix, new RestartOptions()),
        (NotificationOptions.Prefix, new NotificationOptions()),
        ("Fulfillment", new FulfillmentOptions()),
        ("Warehouse", new WarehouseOptions()),
        (PlanOptions.Prefix, new PlanOptions()),
        (ApprovalOptions.Prefix, new ApprovalOptions()),
        (JobOptions.Prefix, new JobOptions()),
        ("Workflow", new WorkflowOptions()),
        ("Reset", new ResetSettings()),
        ("Samples", new SamplesOptions()),
        ("Import", new ImportOptions()),
        ("Export", new ExportOptions()),
        ("Orders", new StorageOptions()),
        ("Api", new ApiOptions()),
    ];

    public static IEnumerable<string> Defaults() =>
        from section in Sections
        from property in section.Options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite
        let value = property.GetValue(section.Options)
        where value is not null and not ""
        select $"{section.Prefix}{property.Name}={Write(value)}";

    private static string? Write(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        RestartPoint point => EnumNames.Of(point),
        RestartTargetKind kind => EnumNames.Of(kind),
        WebhookFormat format => EnumNames.Of(format),
        _ => TypeDescriptor.GetConverter(value.GetType()).ConvertToInvariantString(value),
    };
}
