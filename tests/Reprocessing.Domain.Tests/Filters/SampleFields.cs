namespace Reprocessing.Domain.Tests.Filters;

/// <summary>A field of each kind, under names like those of a workflow.</summary>
internal static class SampleFields
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly FilterField InstanceId = new("InstanceId", FieldKind.Text, Read("InstanceId")) { Aliases = ["id"] };

    public static readonly FilterField ExecutionStatus = new("ExecutionStatus", FieldKind.Choice, Read("ExecutionStatus"))
    {
        Choices = ["Running", "Failed", "timed_out"],
        Aliases = ["status"],
    };

    public static readonly FilterField RetryCount = new("RetryCount", FieldKind.Number, Read("RetryCount"));

    public static readonly FilterField StartTime = new("StartTime", FieldKind.Time, Read("StartTime"));

    public static readonly FilterField Took = new("Took", FieldKind.Duration, Read("Took"));

    public static readonly FilterField Age = new("Age", FieldKind.Duration, _ => throw new InvalidOperationException("Its start alone is read.")) { Since = StartTime };

    public static readonly FilterField Everything = new("Everything", FieldKind.Search, Read("Everything"));

    public static readonly FieldCatalog Catalog =
        new("samples", [InstanceId, ExecutionStatus, RetryCount, StartTime, Took, Age, Everything]);

    private static Func<object, FilterValue?> Read(string name) => item => ((SampleItem)item).ValueOf(name);

    public static FilterExpression Parse(string text, FieldCatalog? catalog = null)
    {
        var parse = FilterExpression.Parse(text, catalog ?? Catalog);
        Assert.True(parse.Error is null, $"{text}: column {parse.Error?.Column}: {parse.Error?.Message}");
        return parse.Expression!;
    }

    public static FilterError Fault(string? text, FieldCatalog? catalog = null)
    {
        var parse = FilterExpression.Parse(text, catalog ?? Catalog);
        Assert.True(parse.Expression is null, $"{text} was read as {parse.Expression}");
        return parse.Error!;
    }
}
